import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { deliveredParameter, onDelivered } from './delivered';
import type { Source } from './source';
import { buildRole, executionVariables } from './stage-target';

export interface CommitCheckProps {
  scope: Construct;
  system: System;
  /** Their records are compared with. */
  environments: Environment[];
  /** Clone of the repository, with its history. */
  source: Source;
  assembly: IFileSetProducer;
}

/** Refuses a commit that does not descend from what the environments run: after a self-mutation a pipeline restarts at the branch's head. */
export class CommitCheck extends CodeBuildStep {
  constructor({ scope, system, environments, source, assembly }: CommitCheckProps) {
    const role = buildRole(scope, 'Role-commit-check');
    role.addToPolicy(onDelivered(scope, system, environments, 'ssm:GetParameter'));
    role.addToPolicy(source.useConnection);
    const delivered = environments.map((environment) => deliveredParameter(system, environment));
    super('commit-check', {
      input: source,
      additionalInputs: { assembly },
      commands: ['node assembly/programs/commit-check.js'],
      env: { ...executionVariables(system), DELIVERED: delivered.join(' ') },
      role,
    });
  }
}

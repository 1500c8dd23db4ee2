import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import { Names, stepRole, type DeliveryStep } from '../../declarations/names';
import type { System } from '../../declarations/system';
import type { EvidenceBucket } from '../evidence-bucket';
import { roleArn } from '../role-arn';
import { commitId } from './source';

/** What every step of one environment needs. */
export interface StageTarget {
  /** Holds the steps' roles: the pipeline's stack. */
  scope: Construct;
  system: System;
  environment: Environment;
  /** The synthesized assembly with programs/ and images/; every step runs in it. */
  assembly: IFileSetProducer;
  /** Where the stages' evidence is kept. */
  evidence: EvidenceBucket;
  /** Environment that the same execution was delivered to before. @default none: this is the first */
  previous?: Environment;
}

/** Id of the pipeline's execution; CodePipeline puts it in. */
export const executionId = '#{codepipeline.PipelineExecutionId}';

/** Variables that say which execution and which system a program works for. */
export const executionVariables = (system: System): Record<string, string> => ({
  SYSTEM: system.name,
  COMMIT_ID: commitId,
  PIPELINE_EXECUTION_ID: executionId,
});

/** Variables of a step that acts in the environment's account, in that role of it. */
export const stageVariables = (target: StageTarget, roleName: string): Record<string, string> => ({
  ...executionVariables(target.system),
  STAGE: target.environment.name,
  STAGE_ROLE_ARN: roleArnInStage(target, roleName),
  STAGE_REGION: target.environment.region,
});

/** A role in the environment's account, by its name: it need not exist yet. */
export const roleArnInStage = ({ scope, environment }: StageTarget, roleName: string): string =>
  roleArn(scope, environment.account, roleName);

/** ARN of the role in the environment's account that does this step's work. */
export const deliveryRoleArn = (target: StageTarget, step: DeliveryStep) =>
  roleArnInStage(target, new Names(target.system, target.environment).deliveryRole(step));

/** A CodeBuild role of the tooling account. */
export const buildRole = (scope: Construct, id: string, roleName?: string): Role =>
  new Role(scope, id, { roleName, assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });

/** Lets the role assume these roles and no other. */
export function mayAssume(role: Role, ...resources: string[]): Role {
  role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['sts:AssumeRole'], resources }));
  return role;
}

/** Id of a step's role in the tooling account, in the pipeline's stack. */
export const stepRoleId = (step: DeliveryStep, { name }: Pick<Environment, 'name'>) => `Role-${step}-${name}`;

/** The step's role in the tooling account. The stage's role of the same step trusts it by its name. */
export function deliveryStepRole(target: StageTarget, step: DeliveryStep): Role {
  const { scope, system, environment } = target;
  const role = buildRole(scope, stepRoleId(step, environment), stepRole(system.prefix, step, environment.name));
  return mayAssume(role, deliveryRoleArn(target, step));
}

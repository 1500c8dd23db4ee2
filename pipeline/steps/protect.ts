import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import type { Registry } from '../registry';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Protects what the stage runs, after the deploy: its images against expiry, and its stacks where the environment retains
 * data, which CDK Pipelines (aws/aws-cdk#17871) and CloudFormation actions cannot.
 */
export class Protect extends CodeBuildStep {
  constructor(target: StageTarget, stackNames: string[], registry: Registry) {
    const { system, environment } = target;
    const role = deliveryStepRole(target, 'protect');
    role.addToPolicy(
      new PolicyStatement({
        // Marks are tags: one is added to the image that runs, and taken from the one that ran before.
        actions: ['ecr:BatchGetImage', 'ecr:PutImage', 'ecr:ListImages', 'ecr:BatchDeleteImage'],
        resources: registry.repositoryArns,
      }),
    );
    super('protect', {
      input: target.assembly,
      commands: ['node programs/protect.js'],
      env: {
        ...stageVariables(target, new Names(system, environment).deliveryRole('protect')),
        RETAIN_DATA: String(environment.retainData),
        STACKS: stackNames.join(' '),
      },
      role,
    });
  }
}

import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Protects the stage's stacks where the environment retains data, right after the deploy: neither CDK Pipelines
 * (aws/aws-cdk#17871) nor CloudFormation actions can.
 */
export class Protect extends CodeBuildStep {
  constructor(target: StageTarget, stackNames: string[]) {
    const { system, environment } = target;
    super('protect', {
      input: target.assembly,
      commands: ['node programs/protect.js'],
      env: {
        ...stageVariables(target, new Names(system, environment).deliveryRole('protect')),
        RETAIN_DATA: String(environment.retainData),
        STACKS: stackNames.join(' '),
      },
      role: deliveryStepRole(target, 'protect'),
    });
  }
}

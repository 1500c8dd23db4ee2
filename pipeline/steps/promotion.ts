import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { onDelivered } from './delivered';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Lets traffic shift to green, waits for success, and records the delivered commit in the tooling account. Its output artifact
 * is cfn-outputs/: what the stage's stacks told.
 */
export class Promotion extends CodeBuildStep {
  constructor(target: StageTarget) {
    const { scope, system, environment, assembly } = target;
    const role = deliveryStepRole(target, 'promotion');
    role.addToPolicy(onDelivered(scope, system, [environment], 'ssm:PutParameter'));
    super('promotion', {
      input: assembly,
      commands: ['node programs/promotion.js promote', 'node programs/outputs.js'],
      primaryOutputDirectory: 'cfn-outputs',
      env: stageVariables(target, new Names(system, environment).deliveryRole('promotion')),
      role,
    });
  }
}

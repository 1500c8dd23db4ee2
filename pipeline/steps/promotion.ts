import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { onDelivered } from './delivered';
import { evidenceVariables, readsHistory, usesEvidence } from './evidence';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Compares the running digests with those that the stage before promoted, lets traffic shift to green, waits for success, records the delivered
 * commit in the tooling account, and writes the release's evidence. Its output artifact is cfn-outputs/: what the stage's stacks told.
 */
export class Promotion extends CodeBuildStep {
  constructor(target: StageTarget) {
    const { scope, system, environment, assembly } = target;
    const role = deliveryStepRole(target, 'promotion');
    role.addToPolicy(onDelivered(scope, system, [environment], 'ssm:PutParameter'));
    usesEvidence(role, target, {
      writes: ['release-evidence.json'],
      reads: ['checks.xml'],
      readsPrevious: ['release-evidence.json'],
      promoted: 'writes',
    });
    readsHistory(role, target);
    super('promotion', {
      input: assembly,
      commands: ['node programs/promotion.js promote', 'node programs/outputs.js'],
      primaryOutputDirectory: 'cfn-outputs',
      env: {
        ...stageVariables(target, new Names(system, environment).deliveryRole('promotion')),
        ...evidenceVariables(target),
      },
      role,
    });
  }
}

import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { evidenceVariables, readsHistory, usesEvidence } from './evidence';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/** Starts CodeDeploy's deployments and waits until green is held, reachable on the test listener only. One that fails leaves evidence. */
export class Release extends CodeBuildStep {
  constructor(target: StageTarget) {
    const names = new Names(target.system, target.environment);
    super('release', {
      input: target.assembly,
      commands: ['node programs/promotion.js release'],
      env: { ...stageVariables(target, names.deliveryRole('release')), ...evidenceVariables(target) },
      role: readsHistory(
        usesEvidence(deliveryStepRole(target, 'release'), target, { writes: ['release-evidence.json'] }),
        target,
      ),
    });
  }
}

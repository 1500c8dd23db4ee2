import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { deliveryRoleArn, deliveryStepRole, mayAssume, stageVariables, type StageTarget } from './stage-target';

/** The checks' results in CodeBuild; ends the name of their report group. */
export const reportName = 'checks';

/** Whatever ends the checks, failure or signal, the held deployments are stopped, and the step fails as the checks did. */
const checksOrStop = [
  'node programs/live-checks.js ||',
  '{ code=$?; node programs/promotion.js stop; exit $code; }',
].join(' ');

/** Checks the deployed stage, and green while it is held. Stopping is the release role's work: the second role that it may assume. */
export class LiveChecks extends CodeBuildStep {
  constructor(target: StageTarget) {
    const names = new Names(target.system, target.environment);
    const releaseRole = deliveryRoleArn(target, 'release');
    super('live-checks', {
      input: target.assembly,
      commands: [checksOrStop],
      env: { ...stageVariables(target, names.deliveryRole('checks')), RELEASE_ROLE_ARN: releaseRole },
      partialBuildSpec: BuildSpec.fromObject({
        version: '0.2',
        reports: { [reportName]: { 'base-directory': 'reports', files: ['*.xml'], 'file-format': 'JUNITXML' } },
      }),
      role: mayAssume(deliveryStepRole(target, 'checks'), releaseRole),
    });
  }
}

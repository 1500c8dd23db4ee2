import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { checksVariable, Names } from '../../declarations/names';
import type { Registry } from '../registry';
import { evidenceVariables, readsHistory, usesEvidence } from './evidence';
import { deliveryRoleArn, deliveryStepRole, mayAssume, stageVariables, type StageTarget } from './stage-target';

/** The checks' results in CodeBuild; ends the name of their report group. */
export const reportName = 'checks';

/**
 * Whatever ends the checks, failure or signal, the held deployments are stopped, and the step fails as the checks did. Checks whose results
 * cannot be kept have failed, too. What is held is stopped before anything is written about it.
 */
const checksOrStop = [
  '{ node programs/live-checks.js && node programs/promotion.js evidence; } ||',
  '{ code=$?; node programs/promotion.js stop; node programs/promotion.js evidence --refused; exit $code; }',
].join(' ');

/**
 * Checks the deployed stage, and green while it is held. Stopping is the release role's work: the second role that it may assume.
 * The image repositories are in the step's own account, so its own role reads them: no account of a stage is let into the
 * tooling account for it.
 */
export class LiveChecks extends CodeBuildStep {
  constructor(target: StageTarget, { lookedAt }: Pick<Registry, 'lookedAt'>) {
    const names = new Names(target.system, target.environment);
    const releaseRole = deliveryRoleArn(target, 'release');
    const role = mayAssume(deliveryStepRole(target, 'checks'), releaseRole);
    role.addToPolicy(lookedAt);
    usesEvidence(role, target, { writes: ['checks.xml', 'release-evidence.json'] });
    readsHistory(role, target);
    super('live-checks', {
      input: target.assembly,
      commands: [checksOrStop, `export ${checksVariable}="$(cat reports/live-checks.txt)"`],
      env: {
        ...stageVariables(target, names.deliveryRole('checks')),
        RELEASE_ROLE_ARN: releaseRole,
        ...evidenceVariables(target),
      },
      partialBuildSpec: BuildSpec.fromObject({
        version: '0.2',
        reports: { [reportName]: { 'base-directory': 'reports', files: ['*.xml'], 'file-format': 'JUNITXML' } },
      }),
      role,
    });
    this.exportedVariable(checksVariable);
  }
}

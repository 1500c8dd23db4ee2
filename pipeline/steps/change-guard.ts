import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { buildRole, mayAssume, roleArnInStage, stageVariables, type StageTarget } from './stage-target';

/**
 * Reads a stack's prepared change set, between its preparation and its execution, and refuses what would hurt.
 * On the first delivery the stage's own roles do not exist, so it reads in the role that bootstrapping made for look-ups.
 */
export class ChangeGuard extends CodeBuildStep {
  constructor(target: StageTarget, stackName: string) {
    const { account, region } = target.environment;
    const lookupRole = `cdk-hnb659fds-lookup-role-${account}-${region}`;
    super('guard', {
      input: target.assembly,
      commands: [`node programs/change-guard.js --stack ${stackName}`],
      env: stageVariables(target, lookupRole),
      role: mayAssume(buildRole(target.scope, `Role-guard-${stackName}`), roleArnInStage(target, lookupRole)),
    });
  }
}

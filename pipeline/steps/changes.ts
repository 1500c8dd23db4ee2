import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { evidenceVariables, usesEvidence } from './evidence';
import { buildRole, mayAssume, roleArnInStage, stageVariables, type StageTarget } from './stage-target';

/**
 * Tells, before a person decides, what delivering to the stage would change. Reads in bootstrapping's look-up role: on the first delivery the
 * stage has none of its own. A template is read with cloudformation:GetTemplate, which ReadOnlyAccess allows.
 */
export class Changes extends CodeBuildStep {
  /** A few sentences. */
  readonly summary: string;

  constructor(target: StageTarget, stackNames: string[], digests: string) {
    const { account, name, region } = target.environment;
    const lookupRole = `cdk-hnb659fds-lookup-role-${account}-${region}`;
    super('changes', {
      input: target.assembly,
      commands: ['node programs/changes.js', 'export CHANGES="$(cat changes.txt)"'],
      env: {
        ...stageVariables(target, lookupRole),
        ...evidenceVariables(target),
        STACKS: stackNames.join(' '),
        IMAGE_DIGESTS: digests,
      },
      role: usesEvidence(
        mayAssume(buildRole(target.scope, `Role-changes-${name}`), roleArnInStage(target, lookupRole)),
        target,
        { writes: ['changes.md'], readsPrevious: ['release-evidence.json'], promoted: 'reads' },
      ),
    });
    this.summary = this.exportedVariable('CHANGES');
  }
}

import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { bootstrapRole } from '../../declarations/bootstrap';
import { evidenceVariables, usesEvidence } from './evidence';
import { buildRole, mayAssume, roleArnInStage, stageVariables, type StageTarget } from './stage-target';
import { type Signed, verificationVariables, verifies, verifyImages } from './verify-images';

export interface ChangesProps extends Signed {
  stackNames: string[];
  /** Of the images, as a person reads them. */
  digests: string;
}

/**
 * Verifies the images; then tells, before a person decides, what delivering to the stage would change. Reads in bootstrapping's
 * look-up role: on the first delivery the stage has none of its own. A template is read with cloudformation:GetTemplate, which ReadOnlyAccess allows.
 */
export class Changes extends CodeBuildStep {
  /** A few sentences. */
  readonly summary: string;

  constructor(target: StageTarget, { stackNames, digests, ...signed }: ChangesProps) {
    const { environment } = target;
    const lookupRole = bootstrapRole('lookup-role', environment);
    super('changes', {
      input: target.assembly,
      commands: [verifyImages, 'node programs/changes.js', 'export CHANGES="$(cat changes.txt)"'],
      env: {
        ...stageVariables(target, lookupRole),
        ...evidenceVariables(target),
        ...verificationVariables(target, signed),
        STACKS: stackNames.join(' '),
        IMAGE_DIGESTS: digests,
      },
      role: usesEvidence(
        mayAssume(
          verifies(buildRole(target.scope, `Role-changes-${environment.name}`), signed),
          roleArnInStage(target, lookupRole),
        ),
        target,
        { writes: ['changes.md'], readsPrevious: ['release-evidence.json'], promoted: 'reads' },
      ),
    });
    this.summary = this.exportedVariable('CHANGES');
  }
}

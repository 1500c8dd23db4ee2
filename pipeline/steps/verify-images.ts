import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import type { Registry } from '../registry';
import type { SigningKey } from '../signing-key';
import { signatureVariables } from './attest';
import { buildRole, executionVariables, type StageTarget } from './stage-target';

/** Where images are, and what they are signed with. */
export interface Signed {
  registry: Registry;
  signingKey: SigningKey;
}

export const verifyImages = 'node programs/verify-images.js';

/** Variables of a step that verifies images. */
export const verificationVariables = ({ scope, system }: StageTarget, { signingKey }: Signed) =>
  signatureVariables(scope, system, signingKey);

/** Lets the step's role read images, their signatures and attestations, and what the registry's scan found. */
export function verifies(role: Role, { registry, signingKey }: Signed): Role {
  signingKey.readBy(role);
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:DescribeImageScanFindings'],
      resources: registry.repositoryArns,
    }),
  );
  return role;
}

/**
 * Before anything of the stage changes: its images are signed, what was attested, and free of critical findings that nobody accepted. A stage
 * that asks a person verifies in the step that tells what would change: nobody is asked about what may not be delivered.
 */
export class VerifyImages extends CodeBuildStep {
  constructor(target: StageTarget, signed: Signed) {
    const { scope, system, environment, assembly } = target;
    super('verify-images', {
      input: assembly,
      commands: [verifyImages],
      env: { ...executionVariables(system), ...verificationVariables(target, signed) },
      role: verifies(buildRole(scope, `Role-verify-images-${environment.name}`), signed),
    });
  }
}

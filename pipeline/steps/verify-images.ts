import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import type { Registry } from '../registry';
import type { SigningKey } from '../signing-key';
import { signatureVariables } from './attest';
import { buildRole, executionVariables, type StageTarget } from './stage-target';

/** Before anything of the stage changes: its images are signed, what was attested, and free of critical findings that nobody accepted. */
export class VerifyImages extends CodeBuildStep {
  constructor(
    { scope, system, environment, assembly }: StageTarget,
    { registry, signingKey }: { registry: Registry; signingKey: SigningKey },
  ) {
    const role = buildRole(scope, `Role-verify-images-${environment.name}`);
    signingKey.readBy(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:DescribeImageScanFindings'],
        resources: registry.repositoryArns,
      }),
    );
    super('verify-images', {
      input: assembly,
      commands: ['node programs/verify-images.js'],
      env: { ...executionVariables(system), ...signatureVariables(scope, system, signingKey) },
      role,
    });
  }
}

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { pipelineName } from '../../declarations/names';
import type { System } from '../../declarations/system';
import type { Registry } from '../registry';
import type { SigningKey } from '../signing-key';
import type { Images } from './images';
import { buildRole, executionVariables } from './stage-target';

export interface AttestProps {
  scope: Construct;
  system: System;
  registry: Registry;
  signingKey: SigningKey;
  assembly: IFileSetProducer;
  /** Tells what it built. */
  images: Images;
  /** 'owner/name' on GitHub. */
  repository: string;
}

/** Signs what was built, in a step of its own: docker, which runs what a Dockerfile says, has no access to the key. */
export class Attest extends CodeBuildStep {
  constructor({ scope, system, registry, signingKey, assembly, images, repository }: AttestProps) {
    const role = buildRole(scope, 'Role-attest');
    signingKey.signedBy(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ecr:BatchGetImage',
          'ecr:InitiateLayerUpload',
          'ecr:UploadLayerPart',
          'ecr:CompleteLayerUpload',
          'ecr:PutImage',
        ],
        resources: registry.repositoryArns,
      }),
    );
    super('attest', {
      input: assembly,
      additionalInputs: { built: images },
      commands: ['node programs/attest.js'],
      env: {
        ...executionVariables(system),
        BUILT_IMAGES: 'built/images.json',
        REPOSITORY: `https://github.com/${repository}`,
        ...signatureVariables(scope, system, signingKey),
      },
      role,
    });
  }
}

/** Who signs, and with which key. */
export const signatureVariables = (
  scope: Construct,
  system: System,
  signingKey: SigningKey,
): Record<string, string> => ({
  SIGNING_KEY_ARN: signingKey.keyArn,
  PIPELINE_ARN: Stack.of(scope).formatArn({ service: 'codepipeline', resource: pipelineName(system) }),
});

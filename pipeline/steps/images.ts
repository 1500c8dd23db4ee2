import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { System } from '../../declarations/system';
import type { Registry } from '../registry';
import { buildRole, executionVariables } from './stage-target';

export interface ImagesProps {
  scope: Construct;
  system: System;
  registry: Registry;
  assembly: IFileSetProducer;
}

/** Builds and pushes each service's image, once: all environments run the same digest. */
export class Images extends CodeBuildStep {
  /** `service@digest`, one after the other. */
  readonly digests: string;

  constructor({ scope, system, registry, assembly }: ImagesProps) {
    const role = buildRole(scope, 'Role-images');
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ecr:DescribeRepositories',
          'ecr:DescribeImages',
          'ecr:BatchDeleteImage',
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:GetDownloadUrlForLayer',
          'ecr:InitiateLayerUpload',
          'ecr:UploadLayerPart',
          'ecr:CompleteLayerUpload',
          'ecr:PutImage',
        ],
        resources: registry.repositoryArns,
      }),
    );
    // This action supports no resource (AWS, "Actions, resources, and condition keys for Amazon ECR").
    role.addToPolicy(new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    super('images', {
      input: assembly,
      primaryOutputDirectory: 'built-images',
      commands: ['node programs/images.js', 'export IMAGE_DIGESTS="$(cat image-digests.txt)"'],
      env: executionVariables(system),
      // Docker's own daemon runs in the build's container.
      buildEnvironment: { privileged: true },
      role,
    });
    this.digests = this.exportedVariable('IMAGE_DIGESTS');
  }
}

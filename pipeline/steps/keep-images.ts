import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import type { Registry } from '../registry';
import { buildRole, executionVariables, type StageTarget } from './stage-target';

/** Keeps the images that the stage now runs, whatever the registry's lifecycle says, and no longer those that it ran before. */
export class KeepImages extends CodeBuildStep {
  constructor({ scope, system, environment, assembly }: StageTarget, registry: Registry) {
    const role = buildRole(scope, `Role-keep-images-${environment.name}`);
    role.addToPolicy(
      new PolicyStatement({
        // Marks are tags: one is added to the image that runs, and taken from the one that ran before.
        actions: ['ecr:BatchGetImage', 'ecr:PutImage', 'ecr:ListImages', 'ecr:BatchDeleteImage'],
        resources: registry.repositoryArns,
      }),
    );
    super('keep-images', {
      input: assembly,
      commands: ['node programs/keep-images.js'],
      env: { ...executionVariables(system), STAGE: environment.name },
      role,
    });
  }
}

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnRepository, Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { Environment } from '../declarations/environment';
import { Names } from '../declarations/names';
import { contentPrefix, keptImages, runningPrefix } from '../declarations/registry';
import type { Service, System } from '../declarations/system';
import { roleArn } from './role-arn';

/** More than a repository may hold by default (AWS, "Amazon ECR service quotas"): never reached. */
const all = 20_000;

export interface RegistryProps {
  system: System;
  /** Their accounts may pull. */
  environments: Environment[];
}

/** One image repository for each service, for all environments: built once, the same digest runs everywhere. */
export class Registry extends Construct {
  readonly repositoryArns: string[];

  constructor(scope: Construct, id: string, { system, environments }: RegistryProps) {
    super(scope, id);
    this.repositoryArns = system.services.map((service) => {
      const repository = new Repository(this, service.name, {
        repositoryName: service.name,
        imageScanOnPush: true,
        imageTagMutability: TagMutability.IMMUTABLE,
        lifecycleRules: [
          {
            rulePriority: 1,
            // ECR: an image that a rule matches is expired by no rule of a later priority.
            description: 'keep what an environment runs',
            tagPatternList: [`${runningPrefix}*`],
            maxImageCount: all,
          },
          {
            rulePriority: 2,
            // Not their signatures and attestations, which no rule matches: ECR deletes those by itself within 24 hours after the image that is
            // their subject (AWS, "Signing an image").
            description: `keep the last ${keptImages} images`,
            tagPrefixList: [contentPrefix],
            maxImageCount: keptImages,
          },
          {
            rulePriority: 3,
            description: 'expire what has no tag: nobody can deliver it',
            tagStatus: TagStatus.UNTAGGED,
            maxImageAge: Duration.days(1),
          },
        ],
        emptyOnDelete: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      // CDK leaves ECR's default out of the template; a template should say how its data is encrypted.
      (repository.node.defaultChild as CfnRepository).encryptionConfiguration = {
        encryptionType: system.imageEncryption,
      };
      for (const environment of environments) {
        repository.addToResourcePolicy(mayPull(this, system, environment, service));
      }
      return repository.repositoryArn;
    });
  }

  /** What the live checks ask of the repositories. */
  get lookedAt(): PolicyStatement {
    return new PolicyStatement({
      actions: ['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:GetLifecyclePolicy'],
      resources: this.repositoryArns,
    });
  }
}

/**
 * The execution role of the service's tasks, in the environment's account. ECR refuses a policy that names a role which
 * does not exist yet, so the policy names the account, and the role in a condition.
 */
function mayPull(scope: Construct, system: System, environment: Environment, service: Service): PolicyStatement {
  const { account } = environment;
  const role = roleArn(scope, account, new Names(system, environment).executionRole(service));
  return new PolicyStatement({
    principals: [new AccountPrincipal(account)],
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
  });
}

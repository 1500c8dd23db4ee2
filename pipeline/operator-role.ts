import { Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { evidencePrefix, promotedKey } from '../declarations/evidence';
import { operatorRole, operatorSteps } from '../declarations/names';
import type { EvidenceBucket } from './evidence-bucket';
import type { Registry } from './registry';
import { onDelivered } from './steps/delivered';
import { deliveryRoleArn, mayAssume, type StageTarget } from './steps/stage-target';

export interface OperatorRoleProps {
  registry: Registry;
  evidence: EvidenceBucket;
  /** ARNs of who may assume it. */
  operators: string[];
}

/**
 * With this role a person takes one environment back to its previous good release, or acts by hand. It does what the pipeline's release, checks
 * and promotion do, by their own roles, and no more. The operators of configuration.json may assume it.
 */
export class OperatorRole extends Role {
  constructor(target: StageTarget, { registry, evidence, operators }: OperatorRoleProps) {
    const { scope, system, environment } = target;
    const stack = Stack.of(scope);
    super(scope, `Role-operator-${environment.name}`, {
      roleName: operatorRole(system.prefix, environment.name),
      description: `A person takes ${environment.name} back, or acts by hand`,
      // An ARN as the principal itself would be bound to the role's id of today.
      assumedBy: new AccountPrincipal(stack.account).withConditions({ ArnEquals: { 'aws:PrincipalArn': operators } }),
      // Of roles that a role assumes AWS allows no more.
      maxSessionDuration: Duration.hours(1),
    });
    mayAssume(this, ...operatorSteps.map((step) => deliveryRoleArn(target, step)));
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      this.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    // Tells the bucket's name.
    allow(['cloudformation:DescribeStacks'], [stack.stackId]);
    allow(['s3:ListBucketVersions'], [evidence.bucketArn], {
      StringEquals: { 's3:prefix': promotedKey(system.name, environment.name) },
    });
    allow(
      ['s3:GetObjectVersion', 's3:PutObject'],
      [evidence.arnForObjects(`${evidencePrefix(system.name, environment.name)}*`)],
    );
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], [evidence.key.keyArn]);
    // The image that serves again is marked, so that the registry keeps it.
    allow(['ecr:BatchGetImage', 'ecr:PutImage', 'ecr:ListImages', 'ecr:BatchDeleteImage'], registry.repositoryArns);
    this.addToPolicy(registry.lookedAt);
    this.addToPolicy(onDelivered(scope, system, [environment], 'ssm:PutParameter'));
  }
}

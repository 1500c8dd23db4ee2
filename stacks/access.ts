import { Arn, aws_iam as iam, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type DeliveryStep, deliverySteps, operatorRole, operatorSteps, stepRole } from '../declarations/names';
import { DeliveryPermissions } from './constructs/delivery-permissions';
import { StageStack, type StageStackProps } from './stage-stack';

export interface AccessStackProps extends StageStackProps {
  /** Account of the pipeline. */
  readonly tooling: { readonly account: string };
}

/** Steps beside its own that assume a role: live checks that fail stop the held deployment. */
const alsoTrusted: Partial<Record<DeliveryStep, DeliveryStep[]>> = { release: ['checks'] };

/** Roles that the pipeline's steps act with in the stage's account, one a step, each with what the step does and no more. */
export class AccessStack extends StageStack {
  constructor(scope: Construct, props: AccessStackProps) {
    super(scope, 'access', props);
    const { names, system, settings: environment } = this;
    const permissions = new DeliveryPermissions(this, { names, system, environment });
    for (const step of deliverySteps) {
      const { account } = props.tooling;
      const trusted = [
        ...[step, ...(alsoTrusted[step] ?? [])].map((other) => stepRole(system.prefix, other, environment.name)),
        ...(operatorSteps.includes(step) ? [operatorRole(system.prefix, environment.name)] : []),
      ].map((resourceName) =>
        Arn.format({ service: 'iam', region: '', account, resource: 'role', resourceName }, this),
      );
      const role = new iam.Role(this, step, {
        roleName: names.deliveryRole(step),
        description: `What the step '${step}' of the delivery may do in ${environment.name}`,
        // A policy that names a role which does not exist yet is rejected; a condition is not.
        assumedBy: new iam.AccountPrincipal(props.tooling.account).withConditions({
          ArnEquals: { 'aws:PrincipalArn': trusted },
        }),
        inlinePolicies: { Delivery: new iam.PolicyDocument({ statements: permissions.of(step) }) },
      });
      Tags.of(role).add('Name', names.deliveryRole(step));
    }
  }
}

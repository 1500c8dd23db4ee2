import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';

type Named = Pick<Environment, 'name'>;

/** SSM parameter of the tooling account that records which commit the environment runs. */
export const deliveredParameter = ({ prefix }: Pick<System, 'prefix'>, { name }: Named) =>
  `/${prefix}/delivered/${name}`;

/** Allows an action on the records of these environments. */
export function onDelivered(scope: Construct, system: System, environments: Named[], action: string): PolicyStatement {
  const arn = (environment: Named) =>
    Stack.of(scope).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: deliveredParameter(system, environment).slice(1),
    });
  return new PolicyStatement({ actions: [action], resources: environments.map(arn) });
}

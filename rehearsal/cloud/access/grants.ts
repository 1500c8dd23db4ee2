// What roles are granted, and whether they used it.
import { listOf, statementsOf } from '../iam/policy';
import type { Cloud } from '../state';
import { identityPolicies } from './role-policies';
import { usageOf } from './usage';

/** An action that a statement of a role's policies allows. */
export interface Grant {
  /** The role's account and name. */
  account: string;
  role: string;
  policy: string;
  /** Which of the policy's statements, from 1. */
  statement: number;
  action: string;
  /** Whether it allowed something so far. */
  isUsed: boolean;
}

/** Roles that cdk bootstrap makes: they are AWS's, for any app. */
const isBootstrap = (name: string) => name.startsWith('cdk-');

/** Every action that a role is granted, but for roles of bootstrapping. */
export function grantsOf(cloud: Cloud): Grant[] {
  const usage = usageOf(cloud);
  const roles = cloud.everywhere().flatMap((env) => env.list('AWS::IAM::Role').map((role) => ({ env, role })));
  return roles
    .filter(({ role }) => !isBootstrap(role.id))
    .flatMap(({ env, role }) =>
      identityPolicies(cloud, env.account, role).flatMap(({ name, document }) =>
        statementsOf(document).flatMap((statement, i) => {
          if (statement.Effect !== 'Allow') return [];
          const used = usage.of(role.model.Arn, statement);
          const granted = { account: env.account, role: role.id, policy: name, statement: i + 1 };
          return listOf(statement.Action).map((action) => ({ ...granted, action, isUsed: used.has(action) }));
        }),
      ),
    );
}

// What roles were granted and never used, by statement.
import { listOf, statementsOf } from '../iam/policy';
import type { Cloud } from '../state';
import { identityPolicies } from './role-policies';
import { usageOf } from './usage';

export interface UnusedGrant {
  /** The role's account and name. */
  account: string;
  role: string;
  policy: string;
  /** Which of the policy's statements, from 1. */
  statement: number;
  actions: string[];
}

/** Roles that cdk bootstrap makes: they are AWS's, for any app. */
const isBootstrap = (name: string) => name.startsWith('cdk-');

/** Every action that a role's statements allow and that allowed nothing so far. */
export function unusedGrants(cloud: Cloud): UnusedGrant[] {
  const usage = usageOf(cloud);
  const roles = cloud.everywhere().flatMap((env) => env.list('AWS::IAM::Role').map((role) => ({ env, role })));
  return roles
    .filter(({ role }) => !isBootstrap(role.id))
    .flatMap(({ env, role }) =>
      identityPolicies(cloud, env.account, role).flatMap(({ name, document }) =>
        statementsOf(document).flatMap((statement, i) => {
          if (statement.Effect !== 'Allow') return [];
          const used = usage.of(role.model.Arn, statement);
          const actions = listOf(statement.Action).filter((action) => !used.has(action));
          return actions.length
            ? [{ account: env.account, role: role.id, policy: name, statement: i + 1, actions }]
            : [];
        }),
      ),
    );
}

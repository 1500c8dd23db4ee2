// Every statement of every step's role, as it is deployed.
import { identityPolicies, roleOf } from '../cloud/access/role-policies';
import { textOf } from '../cloud/access/usage';
import { statementsOf, type PolicyDocument, type Statement } from '../cloud/iam/policy';
import type { Cloud, Environment, Values } from '../cloud/state';
import type { Action, Pipeline } from '../runner/definition';

/** One statement of a policy of a role that a step acts in. */
export interface StepStatement {
  /** The actions that act in the role; the first is the step's own. */
  actions: Action[];
  roleArn: string;
  policy: string;
  /** In the policy, from 1. */
  number: number;
  statement: Statement;
}

/** What a step is called in every stage: 'payment-network-dev.guard' is a guard. */
export const stepOf = ({ name }: Pick<Action, 'name'>): string => name.split('.').pop()!;

export const roleName = ({ roleArn }: Pick<StepStatement, 'roleArn'>): string => roleArn.split('/').pop()!;

/** The actions that run a step's program. */
export const stepActions = ({ stages }: Pick<Pipeline, 'stages'>): Action[] =>
  stages.flatMap(({ actions }) => actions.filter(({ provider }) => provider === 'CodeBuild'));

/** A step's roles: its build's, and those that its variables name for it to assume. */
function rolesOf(tooling: Environment, { configuration }: Action): string[] {
  const project = tooling.get('AWS::CodeBuild::Project', configuration.ProjectName!)!.model;
  const variables: Values[] = [
    ...(project.Environment?.EnvironmentVariables ?? []),
    ...(JSON.parse(configuration.EnvironmentVariables ?? '[]') as Values[]),
  ];
  const assumed = variables
    .map((variable) => [variable.Name ?? variable.name, variable.Value ?? variable.value] as [string, string])
    .filter(([name]) => name.endsWith('_ROLE_ARN'))
    .map(([, value]) => value);
  // The roles of bootstrapping are AWS's, for any app.
  return [project.ServiceRole as string, ...assumed].filter((arn) => !roleName({ roleArn: arn }).startsWith('cdk-'));
}

/** The statements of the roles of these steps, each role once, in the pipeline's order. */
export function stepStatements(cloud: Cloud, tooling: Environment, actions: Action[]): StepStatement[] {
  const byRole = new Map<string, Action[]>();
  for (const action of actions)
    for (const arn of rolesOf(tooling, action)) byRole.set(arn, [...(byRole.get(arn) ?? []), action]);
  return [...byRole].flatMap(([roleArn, using]) =>
    policiesOf(cloud, roleArn).flatMap(({ name, document }) =>
      statementsOf(document)
        .map((statement, i) => ({ actions: using, roleArn, policy: name, number: i + 1, statement }))
        .filter(({ statement }) => statement.Effect === 'Allow'),
    ),
  );
}

function policiesOf(cloud: Cloud, roleArn: string) {
  const role = roleOf(cloud, roleArn);
  if (!role) throw new Error(`a step acts in ${roleArn}, and there is no such role`);
  return identityPolicies(cloud, roleArn.split(':')[4]!, role);
}

/** Takes a statement from its policy; the result puts it back. Each call is decided by what the policies are then. */
export function withdraw(cloud: Cloud, { roleArn, policy, statement }: StepStatement): () => void {
  // An update of the role's stack may have made the policy anew.
  const placeIn = (document: PolicyDocument) =>
    statementsOf(document).findIndex((one) => textOf(one) === textOf(statement));
  const found = policiesOf(cloud, roleArn).find(({ name, document }) => name === policy && placeIn(document) >= 0);
  if (!found) throw new Error(`${roleName({ roleArn })} has no such statement in ${policy} any more`);
  const { document } = found;
  const before = document.Statement;
  const place = placeIn(document);
  document.Statement = statementsOf(document).filter((_, i) => i !== place);
  return () => void (document.Statement = before);
}

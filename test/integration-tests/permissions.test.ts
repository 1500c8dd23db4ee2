import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systems } from '../../stages/systems';
import { resources, synthesized, type Template } from '../stacks/support';

/** Prefixes of actions, where they are not the client's name. */
const prefixes: Record<string, string> = {
  'application-auto-scaling': 'application-autoscaling',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'secrets-manager': 'secretsmanager',
};
/** Actions whose names are not the commands'. */
const names: Record<string, string> = { 'lambda:Invoke': 'lambda:InvokeFunction' };
/** What they do through the promotion's own functions: outputs and deployments. */
const throughPromotion = ['cloudformation:DescribeStacks', 'codedeploy:GetDeployment', 'codedeploy:ListDeployments'];
const inTooling = /^ecr:/;

/** Actions of the commands that a source imports from the SDK's clients. */
function actionsIn(text: string): string[] {
  const imports = [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)];
  return imports.flatMap(([, imported, client]) =>
    [...imported!.matchAll(/(\w+)Command\b/g)]
      .map(([, command]) => `${prefixes[client!] ?? client}:${command}`)
      .map((action) => names[action] ?? action),
  );
}

const folder = join(__dirname, '..', '..', 'integration-tests');
const called = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => actionsIn(readFileSync(join(folder, file), 'utf8')));

interface Policy {
  PolicyDocument: { Statement: { Action: string | string[] }[] };
}
const actionsOf = (policies: Policy[]) =>
  policies.flatMap((p) => p.PolicyDocument.Statement.flatMap(({ Action }) => Action));
const inlineActions = (template: Template, roleName: string) =>
  resources(template, 'AWS::IAM::Role')
    .filter(([, { Properties }]) => String(Properties.RoleName) === roleName)
    .flatMap(([, { Properties }]) => actionsOf(Properties.Policies as unknown as Policy[]));

/** Of all systems and environments: one has a database, another a trial of scaling. */
const granted = systems.flatMap(({ name, prefix }) =>
  Object.entries(synthesized(name).templates).flatMap(([environment, templates]) =>
    inlineActions(templates.access!, `${prefix}-delivery-checks-${environment}`),
  ),
);

test('the checks have every permission that they use, and no other', () => {
  const used = [...called, ...throughPromotion].filter((action) => !inTooling.test(action));
  expect([...new Set(granted)].sort()).toEqual([...new Set(used)].sort());
});

test('in the tooling account they look at repositories', () => {
  expect([...new Set(called.filter((action) => inTooling.test(action)))].sort()).toEqual([
    'ecr:DescribeImages',
    'ecr:DescribeRepositories',
    'ecr:GetLifecyclePolicy',
  ]);
});

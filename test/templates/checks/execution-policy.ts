import { actionsOf, kindsOf } from '../../../aws-facts/handlers';
import { limits } from '../../../scripts/execution-policy/documents';
import type { PlacedStack } from '../../../scripts/execution-policy/placed-stack';
import { placesOf } from '../../../scripts/execution-policy/places';
import { type Statement, statementsOf } from '../../../scripts/execution-policy/statements';
import { toolingOf } from '../../../stages/environments';
import { configuration } from '../../stacks/support';
import type { Deployed } from '../deployed';

const operations = ['create', 'read', 'update', 'delete'] as const;

/** The stacks of a system, by 'tooling' or environment. */
function entriesOf(deployed: Deployed[], name: string) {
  const own = deployed.filter(({ system }) => system.name === name);
  const placed = own.map(({ system, environment, stackName, template }) => {
    const { account, region } = environment ?? toolingOf(configuration, system);
    return { at: environment?.name ?? 'tooling', name: stackName, account, region, template } as PlacedStack & {
      at: string;
    };
  });
  return [...new Set(placed.map(({ at }) => at))].map((at) => ({
    name: at,
    stacks: placed.filter((stack) => stack.at === at),
  }));
}

/** What CloudFormation's execution role may do, made from the templates, is enough for them and no more. */
export function executionPolicy(deployed: Deployed[]): void {
  const names = [...new Set(deployed.map(({ system }) => system.name))];
  const statementsIn = (name: string, at: string): Statement[] =>
    statementsOf(entriesOf(deployed, name).find((entry) => entry.name === at)!.stacks);

  test('every resource type of any template has its permissions, and each of these its resources', () => {
    const all = deployed.flatMap(({ template }) => Object.values(template.Resources));
    const actions = new Set(all.flatMap((resource) => operations.flatMap((one) => actionsOf(resource, one))));
    for (const action of actions) expect(() => kindsOf(action)).not.toThrow();
    expect(new Set(all.map(({ Type }) => Type)).size).toBeGreaterThan(40);
  });

  describe.each(names)('%s', (name) => {
    const places = placesOf(entriesOf(deployed, name), []);
    const statements = places.flatMap(({ policies }) => policies.flatMap(({ document }) => document.Statement));

    test('fits into the managed policies that a role can carry', () => {
      for (const { policies } of places) {
        expect(policies.length).toBeLessThanOrEqual(limits.policies);
        for (const { document } of policies) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
      }
    });
    test("names every action whole, and '*' only where an action takes no resource", () => {
      expect(statements.flatMap(({ Action }) => Action).filter((action) => !/^[\w-]+:\w+$/.test(action))).toEqual([]);
      const anywhere = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
      expect(anywhere.filter((action) => kindsOf(action).length > 0)).toEqual([]);
    });
    test('stays in its account', () => {
      for (const { account, policies } of places) {
        const resources = policies.flatMap(({ document }) => document.Statement.flatMap(({ Resource }) => Resource));
        const elsewhere = resources.filter((arn) => !['', account].includes(arn.split(':')[4] ?? ''));
        expect(elsewhere).toEqual([]);
      }
    });
    test('makes, changes and passes no role but those of its own templates', () => {
      const ofRoles = statements.filter(({ Action }) => Action.some((a) => /^iam:(\w*Role\w*)$/.test(a)));
      const roles = ofRoles.flatMap(({ Resource }) => Resource).filter((arn) => arn.includes(':role/'));
      expect(roles.length).toBeGreaterThan(10);
      const { prefix, services } = deployed.find(({ system }) => system.name === name)!.system;
      const own = [prefix, ...services.map((s) => s.name), 'aws-service-role/'];
      expect(roles.filter((arn) => !own.some((front) => arn.split(':role/')[1]!.startsWith(front)))).toEqual([]);
      for (const { Condition } of statements.filter(({ Action }) => Action.includes('iam:PassRole'))) {
        expect(Condition).toEqual({
          StringEquals: { 'iam:PassedToService': expect.stringMatching(/^[\w.-]+\.amazonaws\.com$/) },
        });
      }
    });
  });

  describe('in dev, payment-platform', () => {
    const statements = statementsIn('payment-platform', 'dev');
    const on = (action: string) =>
      statements
        .filter(({ Action }) => Action.includes(action))
        .map(({ Resource, Condition }) => ({ Resource, ...(Condition && { Condition }) }));

    test('ECS, by the cluster and the families that the templates name', () => {
      expect(on('ecs:CreateService')).toEqual([
        {
          Resource: [
            'arn:aws:ecs:us-east-1:999999999991:cluster/payment-cluster-dev',
            'arn:aws:ecs:us-east-1:999999999991:service/payment-cluster-dev/*',
            ...['fraud-detection', 'notification-service', 'payment-api', 'transaction-processor'].map(
              (family) => `arn:aws:ecs:us-east-1:999999999991:task-definition/${family}-dev:*`,
            ),
          ],
        },
      ]);
    });
    test('each role passed to the service that it trusts', () => {
      const passed = on('iam:PassRole').map(({ Resource, Condition }) => [
        Object.values(Condition!.StringEquals!)[0],
        Resource.length,
      ]);
      expect(Object.fromEntries(passed)).toEqual({
        'codedeploy.amazonaws.com': 3,
        'ecs-tasks.amazonaws.com': 8,
        'lambda.amazonaws.com': 1,
        'monitoring.rds.amazonaws.com': 1,
        'vpc-flow-logs.amazonaws.com': 1,
      });
    });
    test("its secrets, and RDS's made but never read", () => {
      expect(on('secretsmanager:GetSecretValue')[0]!.Resource).toEqual([
        'arn:aws:secretsmanager:us-east-1:999999999991:secret:api-credentials-dev-??????',
      ]);
      expect(on('secretsmanager:CreateSecret').flatMap(({ Resource }) => Resource)).toContain(
        'arn:aws:secretsmanager:us-east-1:999999999991:secret:rds!cluster-*',
      );
    });
    test('keys used through the services only that encrypt with them', () => {
      expect(on('kms:Decrypt')).toEqual([
        {
          Resource: ['arn:aws:kms:us-east-1:999999999991:key/*'],
          Condition: {
            StringEquals: {
              'kms:ViaService': ['rds.us-east-1.amazonaws.com', 'secretsmanager.us-east-1.amazonaws.com'],
            },
          },
        },
      ]);
    });
    test('what no template uses is not allowed', () => {
      const all = statements.flatMap(({ Action }) => Action);
      expect(
        all.filter((action) => /^(vpc-lattice|cognito-idp|firehose|s3tables|elasticfilesystem):/.test(action)),
      ).toEqual([]);
      expect(all).not.toContain('rds:RestoreDBClusterFromSnapshot');
      expect(all).not.toContain('iam:PutUserPolicy');
    });
  });
}

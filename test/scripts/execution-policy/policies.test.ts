import { actionsOf, kindsOf } from '../../../aws-facts/handlers';
import { documentsOf, limits } from '../../../scripts/execution-policy/documents';
import type { PlacedStack, Resource } from '../../../scripts/execution-policy/placed-stack';
import { placesOf } from '../../../scripts/execution-policy/places';
import { type Statement, statementsOf } from '../../../scripts/execution-policy/statements';
import { toolingOf } from '../../../stages/environments';
import { deployedTemplates } from '../../templates/deliveries';
import { configuration } from '../../stacks/support';

const operations = ['create', 'read', 'update', 'delete'] as const;
const deployed = deployedTemplates();
const names = [...new Set(deployed.map(({ system }) => system.name))];

/** The stacks of a system, by 'tooling' or environment. */
function entriesOf(name: string) {
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
const statementsIn = (name: string, at: string): Statement[] =>
  statementsOf(entriesOf(name).find((entry) => entry.name === at)!.stacks);
const stack = (...resources: Resource[]): PlacedStack => ({
  name: 'payment-x-dev',
  account: '123456789012',
  region: 'us-east-1',
  template: { Resources: Object.fromEntries(resources.map((resource, i) => [`R${i}`, resource])) },
});

test('every resource type of any template has its permissions, and each of these its resources', () => {
  const all = deployed.flatMap(({ template }) => Object.values(template.Resources));
  const actions = new Set(all.flatMap((resource) => operations.flatMap((one) => actionsOf(resource, one))));
  for (const action of actions) expect(() => kindsOf(action)).not.toThrow();
  expect(new Set(all.map(({ Type }) => Type)).size).toBeGreaterThan(40);
});
test('a type without an entry is an error that says what to do', () => {
  expect(() => statementsOf([stack({ Type: 'AWS::SQS::Queue' })])).toThrow(
    "aws-facts/handlers.json has no AWS::SQS::Queue: add its handlers' permissions from CloudFormation's registry",
  );
});

describe.each(names)('%s', (name) => {
  const places = placesOf(entriesOf(name), []);
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
          StringEquals: { 'kms:ViaService': ['rds.us-east-1.amazonaws.com', 'secretsmanager.us-east-1.amazonaws.com'] },
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

test("AWS's managed policies are attached, those that the templates name and no others", () => {
  const ManagedPolicyArns = [
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSCodeDeployRoleForECS']] },
  ];
  const role: Resource = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'payment-x', ManagedPolicyArns, AssumeRolePolicyDocument: { Statement: [] } },
  };
  expect(statementsOf([stack(role)])).toContainEqual({
    Effect: 'Allow',
    Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    Resource: ['arn:aws:iam::123456789012:role/payment-x'],
    Condition: { ArnEquals: { 'iam:PolicyARN': ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForECS'] } },
  });
});
test('a property brings the actions that only it needs', () => {
  const bucket = (more: object): Resource => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: 'b', ...more } });
  const allowed = (more: object) => statementsOf([stack(bucket(more))]).flatMap(({ Action }) => Action);
  expect(allowed({})).not.toContain('s3:PutBucketVersioning');
  expect(allowed({ VersioningConfiguration: { Status: 'Enabled' } })).toContain('s3:PutBucketVersioning');
});
test('a record is written into its own zone', () => {
  const record: Resource = { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: 'Z1', Name: 'x' } };
  const { Resource } = statementsOf([stack(record)]).find(({ Action }) =>
    Action.includes('route53:ChangeResourceRecordSets'),
  )!;
  expect(Resource).toEqual(['arn:aws:route53:::change/*', 'arn:aws:route53:::hostedzone/Z1']);
});
test('a generated name is known by its stack, whose name may be cut', () => {
  const named = (name: string) => statementsOf([{ ...stack({ Type: 'AWS::S3::Bucket' }), name }])[0]!.Resource;
  expect(named('Payment-short')).toEqual(['arn:aws:s3:::payment-short-*']);
  expect(named('a-very-long-name-of-a-stack')).toEqual(['arn:aws:s3:::a-very-long-name-of-a-st*']);
});

describe('filling policies', () => {
  const long = (count: number): Statement => ({
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: Array.from({ length: count }, (_, i) => `arn:aws:s3:::a-bucket-with-a-rather-long-name-${i}`),
  });

  test('cuts what does not fit, and loses nothing', () => {
    const documents = documentsOf([long(400)]);
    expect(documents.length).toBeGreaterThan(2);
    const resources = documents.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource));
    expect(resources.sort()).toEqual(long(400).Resource.sort());
  });
  test('says so where a role could not carry them', () => {
    expect(() => documentsOf([long(4000)])).toThrow(
      /^The policy needs \d+ managed policies, and a role carries 10: give/,
    );
  });
});

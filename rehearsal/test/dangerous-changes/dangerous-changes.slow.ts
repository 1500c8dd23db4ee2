import { SetStackPolicyCommand } from '@aws-sdk/client-cloudformation';
import { DeployedStage } from './deployed-stage';

// Five changes that would lose data or requests. Each is made in a clone, synthesized, and prepared as a change set against
// what runs in prod; then the pipeline's own guard reads it.

jest.setTimeout(240_000);
const stage = new DeployedStage();
let base: string;

beforeAll(async () => {
  await stage.start();
  base = stage.git('rev-parse', 'HEAD');
  await stage.swap();
});
afterAll(() => stage.stop());
beforeEach(() => void stage.git('checkout', '--quiet', '--detach', base));

const withoutLogs: Record<string, [string, string][]> = {
  'stacks/payment-service.ts': [
    [
      "new logs.LogGroup(this, 'Logs', {",
      "logs.LogGroup.fromLogGroupName(this, 'Logs', names.logGroup(service)); void ({",
    ],
  ],
};

test('what is deployed passes: nothing changes', async () => {
  const same = await stage.change({ 'README.md': [['# Payment delivery', '# Deliveries']] });
  expect(await stage.guard('payment-api', same)).toEqual({
    ...{ code: 0, said: 'payment-processing-payment-api-prod does not change.' },
  });
});

test.each<[string, string, Record<string, [string, string][]>, RegExp[]]>([
  [
    'a target group is renamed',
    'payment-api',
    {
      'stacks/constructs/routing.ts': [
        ['names.targetGroup(service, colour);', "names.targetGroup(service, colour).replace('-tg-', '-targets-');"],
      ],
    },
    [
      /- Routingblue\w* \(AWS::ElasticLoadBalancingV2::TargetGroup, arn:.*\), by (.*, )?Name\b.*\n {2}It would be replaced, and requests on their way would be lost\.\n {2}Take the change back\. To have it anew, add a second one under another name and move traffic over\.\n/,
      /resource: 'Routingblue\w*', allow: 'replace',/,
    ],
  ],
  [
    'the database gets another engine',
    'data',
    { 'stacks/constructs/database.ts': [["engine: 'aurora-postgresql'", "engine: 'aurora-mysql'"]] },
    [
      /\(AWS::RDS::DBCluster, payment-processing[\w-]*\), by (.*, )?Engine\b.*\n {2}It would be replaced.*\n {2}Take the change back\. .* move the data over\.\n/,
    ],
  ],
  [
    "a container's port is changed",
    'payment-api',
    { 'stages/systems/multi-tier.ts': [['port: 8080', 'port: 8090']] },
    [
      /\(AWS::ECS::Service, .*\), by LoadBalancers.*\n {2}CodeDeploy releases this service, .*\n {2}Take the change back\. .* such as its port, needs a second service that takes over\.\n/,
      /\(AWS::ElasticLoadBalancingV2::TargetGroup, .*\), by .*Port.*\n {2}It would be replaced/,
    ],
  ],
  [
    'a listener rule is edited after a swap',
    'payment-api',
    { 'stacks/constructs/routing.ts': [['priority: service.port,', 'priority: service.port + 1,']] },
    [
      /- RoutingProductionRule\w* \(AWS::ElasticLoadBalancingV2::ListenerRule, .*\), by Priority\n {2}It forwards to \S*green\S*, and the template says \S*blue\S*: requests would go back to an old version\.\n {2}Leave it as it is in this commit\./,
    ],
  ],
  [
    'the log group is deleted',
    'payment-api',
    withoutLogs,
    [
      /- Logs\w* \(AWS::Logs::LogGroup, \/ecs\/payment-processing\/payment-api-prod\)\n {2}It would leave the stack and stay behind .*\n {2}Take the change back: this environment retains data, .*\n/,
    ],
  ],
])('refused before anything is executed: %s', async (_, kind, edits, expected) => {
  const changed = await stage.change(edits);
  const before = stage.state();
  const { code, said } = await stage.guard(kind, changed);
  expect(said).toContain(`The prepared change of payment-processing-${kind}-prod is refused; nothing was changed.`);
  for (const text of expected) expect(said).toMatch(text);
  expect(code).toBe(1);
  expect(stage.state()).toBe(before);
});

test('a reviewed exception lets one of them through, once, and after a person has opened the stack policy', async () => {
  await stage.record(base);
  const changed = await stage.change(withoutLogs, 'Logs go elsewhere');
  const commits = `{ from: '${base}', to: '${stage.git('rev-parse', 'HEAD')}' }`;
  const { said } = await stage.guard('payment-api', changed);
  const [, resource] = /resource: '(Logs\w*)', allow: 'delete'/.exec(said)!;
  const entry = `{ stack: 'payment-processing-payment-api-prod', resource: '${resource}', allow: 'delete', reason: 'They are archived elsewhere.', commits: ${commits} }`;
  const excepted = await stage.change({
    'stages/environments.ts': [
      ['    retainData: true,\n    exceptions: [],', `    retainData: true,\n    exceptions: [${entry}],`],
    ],
  });

  const locked = await stage.guard('payment-api', excepted);
  expect(locked).toMatchObject({ code: 1, said: expect.stringContaining("the stack's policy denies it") });
  const [, body] = /--stack-policy-body '(.*)'/.exec(locked.said)!;
  const StackName = 'payment-processing-payment-api-prod';
  await stage.cloudFormation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: body }));

  const open = await stage.guard('payment-api', excepted);
  expect(open.said).toContain(`Allowed by an exception to delete ${resource}, ${base}..`);
  expect(open.said).toContain('It is meant: They are archived elsewhere.');
  expect(open.code).toBe(0);
  // Once it is delivered, it holds no more.
  await stage.record(stage.git('rev-parse', 'HEAD'));
  const spent = await stage.guard('payment-api', excepted);
  expect(spent).toMatchObject({ code: 1, said: expect.stringContaining('Not used: the exception to delete') });
  await stage.execute('payment-api');
  expect(stage.has('AWS::Logs::LogGroup', '/ecs/payment-processing/payment-api-prod')).toBe(true);
});

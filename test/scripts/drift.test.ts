import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ListStackResourcesCommand,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { drift } from '../../scripts/drift';
import { type Difference, judge, type ServiceFacts } from '../../scripts/drift/judge';
import { commandIn, localCloud } from './command-support';

const blue = 'arn:blue';
const green = 'arn:green';
const api: ServiceFacts = {
  ...{ name: 'payment-api', arn: 'arn:api', release: 'BLUE_GREEN', family: 'payment-api-dev' },
  ...{ tasks: { minimum: 1, maximum: 3 }, targetGroups: [blue, green], rules: ['arn:rule'], deploying: false },
};
const fraud: ServiceFacts = {
  ...{ name: 'fraud-detection', arn: 'arn:fraud', release: 'ROLLING', family: 'fraud-detection-dev' },
  ...{ tasks: { minimum: 1, maximum: 3 }, targetGroups: [], rules: [], deploying: false },
  promoted: 'arn:aws:ecs:us-east-1:1:task-definition/fraud-detection-dev:7',
};
const forward = (...weights: [string, number | string][]) => ({
  Actions: [
    {
      Type: 'forward',
      ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
    },
  ],
});
const rule = (actual: Difference['actual'], changes: Partial<Difference> = {}): Difference => ({
  ...{ id: 'arn:rule', type: 'AWS::ElasticLoadBalancingV2::ListenerRule', path: '/Actions/0/ForwardConfig' },
  ...{ kind: 'NOT_EQUAL', expected: blue, found: green, actual, ...changes },
});
const service = (id: string, path: string, found: string, actual: Difference['actual'] = {}): Difference => ({
  ...{ id, type: 'AWS::ECS::Service', path, kind: 'NOT_EQUAL', expected: '1', found, actual },
});
const kindOf = (difference: Difference, facts: ServiceFacts = api) => judge(difference, [facts, fraud]).kind;

describe('a listener rule differs as it should', () => {
  test.each([
    ['after a swap', forward([blue, 0], [green, 100])],
    ['after a swap, weights as text', forward([blue, '0'], [green, '100'])],
    ['with the serving group alone', { Actions: [{ Type: 'forward', TargetGroupArn: green }] }],
  ])('%s', (_, actual) => {
    expect(judge(rule(actual), [api])).toEqual({
      kind: 'expected',
      why: 'CodeDeploy swapped the target groups of payment-api',
    });
  });
  test('while traffic shifts', () => {
    const shifting = forward([blue, 90], [green, 10]);
    expect(judge(rule(shifting), [{ ...api, deploying: true }])).toMatchObject({
      kind: 'expected',
      why: expect.stringContaining('in flight'),
    });
    expect(kindOf(rule(shifting))).toBe('drift');
  });
});

describe('a listener rule has drifted', () => {
  const swapped = forward([blue, 0], [green, 100]);
  test.each([
    ['to a group of another service', rule(forward(['arn:other', 100]))],
    ['to no forward', rule({ Actions: [{ Type: 'fixed-response' }] })],
    ['to two actions', rule({ Actions: [...swapped.Actions, { Type: 'fixed-response' }] })],
    ['to nothing', rule({})],
    ['with no group that gets traffic', rule(forward([blue, 0], [green, 0]))],
    ['in its conditions', rule(swapped, { path: '/Conditions/0/Values/0' })],
    ['and is no rule that CodeDeploy swaps', rule(swapped, { id: 'arn:another' })],
    ['because it is gone', rule(swapped, { path: undefined, kind: 'DELETED' })],
  ])('%s', (_, difference) => expect(kindOf(difference)).toBe('drift'));
});

describe('a service', () => {
  const revision = (family: string) => `arn:aws:ecs:us-east-1:1:task-definition/${family}:4`;
  test.each<[string, 'expected' | 'drift', Difference]>([
    ['scales within its range', 'expected', service('arn:api', '/DesiredCount', '3')],
    ['has more tasks than it may', 'drift', service('arn:api', '/DesiredCount', '4')],
    ['has fewer tasks than it may', 'drift', service('arn:api', '/DesiredCount', '0')],
    ['is moved to green', 'expected', service('arn:api', '/LoadBalancers/0/TargetGroupArn', green)],
    ['is moved elsewhere', 'drift', service('arn:api', '/LoadBalancers/0/TargetGroupArn', 'arn:other')],
    ['runs a revision of its family', 'expected', service('arn:api', '/TaskDefinition', revision('payment-api-dev'))],
    ['runs another family', 'drift', service('arn:api', '/TaskDefinition', revision('other-dev'))],
    ['rolls and runs what was promoted', 'expected', service('arn:fraud', '/TaskDefinition', fraud.promoted!)],
    [
      'rolls and runs what was never promoted',
      'drift',
      service('arn:fraud', '/TaskDefinition', revision('fraud-detection-dev')),
    ],
    ['rolls under ECS, which goes without saying', 'expected', service('arn:fraud', '/DeploymentController', 'null')],
    [
      'rolls under somebody else',
      'drift',
      service('arn:fraud', '/DeploymentController/Type', 'EXTERNAL', { DeploymentController: { Type: 'EXTERNAL' } }),
    ],
    ['has lost its capacity strategy', 'drift', service('arn:api', '/CapacityProviderStrategy', 'null')],
    ['is none of ours', 'drift', service('arn:other', '/DesiredCount', '2')],
  ])('%s: %s', (_, kind, difference) => expect(kindOf(difference)).toBe(kind));
});

test.each<[string, Partial<Difference>, string]>([
  ['added', { kind: 'ADD' }, 'Take it away by hand'],
  ['changed', { kind: 'NOT_EQUAL' }, 'Set it back by hand'],
  ['gone', { kind: 'DELETED', path: undefined }, 'restore it by hand under the same name'],
])('drift says what to do: %s', (_, changes, advice) => {
  const difference = { ...rule({}), type: 'AWS::EC2::SecurityGroup', ...changes };
  expect(judge(difference, [api])).toMatchObject({ kind: 'drift', advice: expect.stringContaining(advice) });
});

describe('npm run drift', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const codeDeploy = mockClient(CodeDeployClient);
  const ssm = mockClient(SSMClient);
  const command = commandIn(drift);
  const variables = { ...localCloud, POLL_SECONDS: '0' };
  const outputs: Record<string, string> = {
    ...{ ServiceArn: 'arn:api', BlueTargetGroupArn: blue, GreenTargetGroupArn: green },
    ...{ ProductionRuleArn: 'arn:rule', TestRuleArn: 'arn:test-rule' },
    ...{ DeploymentApplicationName: 'payment-dev', DeploymentGroupName: 'group' },
  };
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));

  beforeEach(() => {
    for (const mock of [cloudFormation, codeDeploy, ssm]) mock.reset();
    cloudFormation.on(DescribeStacksCommand).callsFake(async ({ StackName }: { StackName: string }) => {
      if (!StackName.endsWith('-dev')) {
        throw Object.assign(new Error(`Stack with id ${StackName} does not exist`), { name: 'ValidationError' });
      }
      return { Stacks: [{ StackName, CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs }] };
    });
    cloudFormation.on(DetectStackDriftCommand).callsFake(async ({ StackName }: { StackName: string }) => ({
      StackDriftDetectionId: StackName,
    }));
    cloudFormation
      .on(DescribeStackDriftDetectionStatusCommand)
      .resolvesOnce({ DetectionStatus: 'DETECTION_IN_PROGRESS' })
      .resolves({ DetectionStatus: 'DETECTION_COMPLETE' });
    cloudFormation.on(DescribeStackResourceDriftsCommand).resolves({ StackResourceDrifts: [] });
    cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
    codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: [] });
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} }));
  });
  afterAll(() => {
    command.end();
    for (const mock of [cloudFormation, codeDeploy, ssm]) mock.restore();
  });

  const inStack = (StackName: string, ...StackResourceDrifts: Partial<StackResourceDrift>[]) =>
    cloudFormation
      .on(DescribeStackResourceDriftsCommand, { StackName })
      .resolves({ StackResourceDrifts: StackResourceDrifts as StackResourceDrift[] });
  const opened: Partial<StackResourceDrift> = {
    ...{ LogicalResourceId: 'Front', PhysicalResourceId: 'sg-1', ResourceType: 'AWS::EC2::SecurityGroup' },
    ...{ StackResourceDriftStatus: 'MODIFIED', ActualProperties: '{}' },
    PropertyDifferences: [
      {
        ...{ PropertyPath: '/SecurityGroupIngress/1', DifferenceType: 'ADD' },
        ...{ ExpectedValue: 'null', ActualValue: '{"CidrIp":"0.0.0.0/0","FromPort":22}' },
      },
    ],
  };
  const swapped: Partial<StackResourceDrift> = {
    ...{ LogicalResourceId: 'Rule', PhysicalResourceId: 'arn:rule' },
    ResourceType: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    ...{ StackResourceDriftStatus: 'MODIFIED', ActualProperties: JSON.stringify(forward([blue, 0], [green, 100])) },
    PropertyDifferences: [0, 1].map((n) => ({
      ...{ PropertyPath: `/Actions/0/ForwardConfig/TargetGroups/${n}/Weight`, DifferenceType: 'NOT_EQUAL' as const },
      ...{ ExpectedValue: String(n), ActualValue: String(1 - n) },
    })),
  };

  test('without drift it ends with 0, and names what cannot be checked', async () => {
    inStack('payment-network-dev', { LogicalResourceId: 'Vpc', StackResourceDriftStatus: 'IN_SYNC' });
    cloudFormation.on(ListStackResourcesCommand, { StackName: 'payment-network-dev' }).resolves({
      StackResourceSummaries: [
        { LogicalResourceId: 'Vpc', ResourceType: 'AWS::EC2::VPC' },
        { LogicalResourceId: 'Group', ResourceType: 'AWS::CodeDeploy::DeploymentGroup' },
      ] as never,
    });
    expect(await command.run('--stage dev', variables)).toEqual({
      code: 0,
      said:
        'dev: 0 drifted, 0 differ as they should, 1 resources in sync. ' +
        'CloudFormation cannot check 1 resources of these types: AWS::CodeDeploy::DeploymentGroup.',
    });
  });
  test('a swapped rule is told once as expected, and no drift', async () => {
    inStack('payment-payment-api-dev', swapped);
    const { code, said } = await command.run('--stage dev', variables);
    expect(code).toBe(0);
    expect(said).toBe(
      'Expected in payment-payment-api-dev: Rule /Actions. CodeDeploy swapped the target groups of payment-api.\n' +
        'dev: 0 drifted, 1 differ as they should, 0 resources in sync.',
    );
  });
  test('an opened group ends with 1, and is told with resource, property, expected, found and what to do', async () => {
    inStack('payment-network-dev', opened);
    const { code, said } = await command.run('--stage dev', variables);
    expect(code).toBe(1);
    expect(said).toBe(
      'DRIFT in payment-network-dev: Front (AWS::EC2::SecurityGroup sg-1)\n' +
        '  /SecurityGroupIngress/1: expected null, found {"CidrIp":"0.0.0.0/0","FromPort":22}\n' +
        '  Take it away by hand, or bring it into the template: a delivery changes only what its template changes.\n' +
        'dev: 1 drifted, 0 differ as they should, 0 resources in sync.\n' +
        'Drift, or not checked: dev',
    );
  });
  test('a resource that is gone is drift', async () => {
    inStack('payment-network-dev', { ...opened, StackResourceDriftStatus: 'DELETED', PropertyDifferences: undefined });
    const { code, said } = await command.run('--stage dev', variables);
    expect(code).toBe(1);
    expect(said).toContain('resource: expected it exists, found nothing');
  });
  test('a stack that could not be checked as a whole ends with 1 and the reason', async () => {
    cloudFormation
      .on(DescribeStackDriftDetectionStatusCommand, { StackDriftDetectionId: 'payment-network-dev' })
      .resolves({ DetectionStatus: 'DETECTION_FAILED', DetectionStatusReason: 'no permission' });
    const { code, said } = await command.run('--stage dev', variables);
    expect(code).toBe(1);
    expect(said).toContain('payment-network-dev could not be checked as a whole: no permission');
  });
  test('all stages without --stage; what is not deployed is no drift, what cannot be read is told', async () => {
    const all = await command.run('', variables);
    expect(all.code).toBe(0);
    expect(all.said).toContain('prod is not deployed.');
    cloudFormation.on(DetectStackDriftCommand).rejects(new Error('Access denied'));
    const denied = await command.run('', variables);
    expect(denied.code).toBe(1);
    expect(denied.said).toContain('dev could not be checked: Access denied');
    expect(denied.said).toContain('Drift, or not checked: dev');
  });
  test.each([
    ['--stage test', "There is no environment 'test'"],
    ['--stages dev', "Unknown option '--stages'"],
  ])('wrong usage ends with 2: %s', async (line, says) => {
    const { code, said } = await command.run(line, variables);
    expect(code).toBe(2);
    expect(said).toContain(says);
  });
  test('--help says how, and placeholder accounts are refused away from a local cloud', async () => {
    expect(await command.run('--help', variables)).toMatchObject({
      code: 0,
      said: expect.stringContaining('Exit code'),
    });
    expect(await command.run('--stage dev', {})).toMatchObject({
      code: 1,
      said: expect.stringContaining('placeholder accounts for dev'),
    });
  });
});

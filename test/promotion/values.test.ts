import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { stageNamed } from '../../promotion/stage';
import { StageOutputs } from '../../promotion/stage-outputs';
import { onChange, realPace, TookTooLong, until } from '../../promotion/wait';
import { readConfiguration } from '../../stages/configuration';
import { instantPace } from './support';

describe('until', () => {
  test('looks until there is an answer', async () => {
    let looks = 0;
    expect(await until(instantPace(), 60, 'it', async () => (++looks === 3 ? 'seen' : undefined))).toBe('seen');
  });

  test('gives up at the limit', async () => {
    const pace = instantPace(5);
    const start = pace.now();
    await expect(until(pace, 12, 'a sign', async () => undefined)).rejects.toThrow(
      new TookTooLong('waited 12 s for a sign'),
    );
    expect(pace.now() - start).toBe(15);
  });

  test('real time passes', async () => {
    const pace = realPace(0.02);
    const start = pace.now();
    await pace.sleep(0.02);
    const passed = pace.now() - start;
    expect(passed).toBeGreaterThan(0.015);
    expect(passed).toBeLessThan(15);
  });
});

test('onChange says a line once', () => {
  const lines: string[] = [];
  const say = onChange((line) => lines.push(line));
  ['a', 'a', 'b', 'a'].forEach(say);
  expect(lines).toEqual(['a', 'b', 'a']);
});

test('a stage is of the system that is asked for, else of the configured one', () => {
  const configuration = { ...readConfiguration(), system: 'gone' };
  expect(stageNamed('dev', 'payment-platform', configuration).names.cluster).toBe('payment-cluster-dev');
  expect(() => stageNamed('dev', undefined, configuration)).toThrow("There is no system 'gone'. Known systems:");
  expect(() => stageNamed('dev', 'billing')).toThrow("There is no system 'billing'. Known systems: payment-platform");
});

describe('stage outputs', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const outputs = (system?: string) =>
    new StageOutputs(new CloudFormationClient({ region: 'us-east-1' }), stageNamed('dev', system));
  const told = (values: Record<string, string>) => ({
    Stacks: [
      {
        StackName: 's',
        CreationTime: new Date(0),
        StackStatus: 'CREATE_COMPLETE' as const,
        Outputs: Object.entries(values).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  });
  beforeEach(() => cloudFormation.reset());

  test('each stack is asked once', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves(told({ VpcId: 'vpc-1', ClusterName: 'c' }));
    const of = outputs();
    expect((await of.network()).VpcId).toBe('vpc-1');
    expect((await of.network()).VpcId).toBe('vpc-1');
    expect((await of.platform()).ClusterName).toBe('c');
    const asked = cloudFormation.commandCalls(DescribeStacksCommand).map((c) => c.args[0].input.StackName);
    expect(asked).toEqual(['payment-network-dev', 'payment-platform-dev']);
    expect(() => (of.network(), undefined)).not.toThrow();
    await expect(of.network().then((o) => o.NatAddresses)).rejects.toThrow(
      "Stack payment-network-dev has no output 'NatAddresses'. It has: VpcId, ClusterName",
    );
  });

  test('data, database and dashboard are read from the stacks that have them', async () => {
    const data = { DatabaseClusterId: 'cluster-1', SecretArns: 'arn:secret', SecretsKeyArn: 'arn:key' };
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'payment-processing-data-dev' })
      .resolves(told(data))
      .on(DescribeStacksCommand, { StackName: 'payment-processing-observability-dev' })
      .resolves(told({ DashboardName: 'payment-processing-dashboard-dev' }));
    const of = outputs('multi-tier');
    expect((await of.data())!.SecretArns).toBe('arn:secret');
    expect((await of.database())!.DatabaseClusterId).toBe('cluster-1');
    expect((await of.observability())!.DashboardName).toBe('payment-processing-dashboard-dev');
    await expect(of.database().then((o) => o!.DatabaseEndpoint)).rejects.toThrow(
      "Stack payment-processing-data-dev has no output 'DatabaseEndpoint'",
    );
  });

  test.each<[string, boolean, boolean, boolean]>([
    ['payment-platform', true, true, true],
    ['ecs-payments', false, false, false],
    ['payment-processor', true, false, false],
    ['multi-tier', true, true, true],
  ])('%s has data: %s, a database: %s, a dashboard: %s', async (system, data, database, dashboard) => {
    cloudFormation.on(DescribeStacksCommand).resolves(told({}));
    const of = outputs(system);
    const there = [await of.data(), await of.database(), await of.observability()].map((o) => o !== undefined);
    expect(there).toEqual([data, database, dashboard]);
  });

  test('outputs that a stack need not have are undefined where it has none', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves(told({ SecretsKeyArn: 'arn:key' }));
    const of = outputs();
    expect((await of.network()).EndpointIds).toBeUndefined();
    expect((await of.network()).IsolatedSubnetIds).toBeUndefined();
    expect((await of.data())!.SecretArns).toBeUndefined();
    await expect(of.network().then((o) => o.VpcId)).rejects.toThrow("has no output 'VpcId'");
  });

  test('a stack that cannot be read is named', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
    await expect(outputs().network()).rejects.toThrow(
      'The outputs of stack payment-network-dev cannot be read: Stack with id x does not exist',
    );
  });

  test('a stack without outputs says so', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({});
    const service = await outputs().service({ name: 'payment-api' });
    expect(() => service.ServiceArn).toThrow("Stack payment-payment-api-dev has no output 'ServiceArn'. It has: none");
    expect(JSON.stringify(service)).toBe('{}');
    expect(String(Object.prototype.toString.call(service))).toBe('[object Object]');
  });
});

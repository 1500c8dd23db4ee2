import { shares } from '../../scripts/cost/capacity';
import { computeLines, servicesIn } from '../../scripts/cost/compute';
import { environmentLines } from '../../scripts/cost/environment';
import { estimate } from '../../scripts/cost/estimate';
import { groups, total, type Line } from '../../scripts/cost/lines';
import { assertPriced, prices } from '../../scripts/cost/price-table';
import { details, footnotes, table } from '../../scripts/cost/report';
import type { Resource, Template } from '../../scripts/cost/template';
import { toolingLines } from '../../scripts/cost/tooling';
import { unpricedTypes } from '../../scripts/cost/unpriced';
import { readConfiguration } from '../../stages/configuration';
import { systemNamed, systems } from '../../stages/systems';

const traffic = { requestsPerSecond: 10, databaseGb: 4 };
const nobody = { requestsPerSecond: 0, databaseGb: 0 };
const costOf = (lines: Line[], group: string) => total(lines.filter((line) => line.group === group));
const template = (...resources: Resource[]): Template => ({ Resources: Object.fromEntries(Object.entries(resources)) });

describe('tasks on capacity providers', () => {
  const onDemand = { CapacityProvider: 'FARGATE' };
  const spot = { CapacityProvider: 'FARGATE_SPOT' };
  test.each([
    ['all on the only one', 3, [{ ...onDemand, Weight: 1 }], { FARGATE: 3 }],
    [
      'halves, the odd one on the first',
      3,
      [
        { ...onDemand, Weight: 1 },
        { ...spot, Weight: 1 },
      ],
      { FARGATE: 2, FARGATE_SPOT: 1 },
    ],
    [
      'base, then one to four',
      3,
      [
        { ...onDemand, Base: 2, Weight: 1 },
        { ...spot, Weight: 4 },
      ],
      { FARGATE: 2, FARGATE_SPOT: 1 },
    ],
    [
      'ten: base 2, then 8 by weight',
      10,
      [
        { ...onDemand, Base: 2, Weight: 1 },
        { ...spot, Weight: 4 },
      ],
      { FARGATE: 4, FARGATE_SPOT: 6 },
    ],
    [
      'fewer than the base',
      1,
      [
        { ...onDemand, Base: 2, Weight: 1 },
        { ...spot, Weight: 4 },
      ],
      { FARGATE: 1, FARGATE_SPOT: 0 },
    ],
    ['no weight at all', 2, [{ ...onDemand, Base: 2, Weight: 0 }], { FARGATE: 2 }],
  ])('%s', (_, tasks, strategy, expected) => {
    expect(shares(tasks, strategy)).toEqual(expected);
  });
});

describe('an environment', () => {
  const service = (minimum: number, cpu = 1024): Resource[] => [
    {
      Type: 'AWS::ECS::Service',
      Properties: { ServiceName: 'api-dev', CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }] },
    },
    { Type: 'AWS::ECS::TaskDefinition', Properties: { Family: 'api-dev', Cpu: String(cpu), Memory: String(2 * cpu) } },
    {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        ResourceId: { 'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/api-dev']] },
        MinCapacity: minimum,
      },
    },
  ];
  const lines = (...resources: Resource[]) => environmentLines([template(...resources)], nobody);

  test('a task of 1 vCPU and 2 GB costs 36.04 a month, and twice the size or number costs twice that', () => {
    const cost = (minimum: number, cpu?: number) => costOf(lines(...service(minimum, cpu)), 'Compute, on demand');
    expect(cost(1)).toBeCloseTo((0.04048 + 2 * 0.004445) * 730, 6);
    expect(cost(1)).toBeCloseTo(36.04, 2);
    expect(cost(3)).toBeCloseTo(3 * cost(1), 6);
    expect(cost(1, 2048)).toBeCloseTo(2 * cost(1), 6);
  });

  test('a task on Spot costs less, in a group of its own', () => {
    const tasks = { name: 'api', tasks: 2, vcpu: 1, gb: 2 };
    const spot = computeLines([{ ...tasks, providers: { FARGATE_SPOT: 2 } }]);
    const onDemand = computeLines([{ ...tasks, providers: { FARGATE: 2 } }]);
    expect(total(spot)).toBeLessThan(total(onDemand) / 2);
    expect(new Set(spot.map(({ group }) => group))).toEqual(new Set(['Compute, Spot']));
  });

  test('a service without scaling is an error that names it', () => {
    expect(() => servicesIn([template(...service(1).slice(0, 2))])).toThrow('Service api-dev has no task definition');
  });

  test('three NAT gateways cost 98.55, and their addresses 10.95 more', () => {
    const gateway = { Type: 'AWS::EC2::NatGateway' };
    const address = { Type: 'AWS::EC2::EIP' };
    expect(costOf(lines(gateway, gateway, gateway), 'NAT gateways')).toBeCloseTo(98.55, 2);
    expect(costOf(lines(gateway, gateway, gateway, address, address, address), 'NAT gateways')).toBeCloseTo(109.5, 2);
  });

  test('a load balancer in three zones costs 27.38 before it has traffic', () => {
    const balancer = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Subnets: ['a', 'b', 'c'] } };
    expect(costOf(lines(balancer), 'Load balancer')).toBeCloseTo(16.425 + 10.95, 2);
    const busy = environmentLines([template(balancer)], traffic);
    expect(costOf(busy, 'Load balancer')).toBeGreaterThan(costOf(lines(balancer), 'Load balancer'));
  });

  const endpoint = (service: string, type: string, subnets = ['a', 'b']) => ({
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: { ServiceName: `com.amazonaws.us-east-1.${service}`, VpcEndpointType: type, SubnetIds: subnets },
  });
  test('an interface endpoint costs by its zones, a gateway endpoint nothing', () => {
    expect(costOf(lines(endpoint('ecr.api', 'Interface')), 'VPC endpoints')).toBeCloseTo(2 * 7.3, 6);
    expect(costOf(lines(endpoint('s3', 'Gateway')), 'VPC endpoints')).toBe(0);
  });

  test('what an endpoint takes does not pass NAT', () => {
    const through = (...endpoints: Resource[]) =>
      environmentLines([template(...service(2), ...endpoints)], traffic).find(({ price }) => price === 'nat-gb')!;
    const [without, withLogs, withBoth] = [
      through(),
      through(endpoint('logs', 'Interface')),
      through(endpoint('logs', 'Interface'), endpoint('s3', 'Gateway')),
    ];
    expect(without.quantity).toBeGreaterThan(withLogs.quantity);
    expect(withLogs.quantity).toBeGreaterThan(0);
    expect(withBoth.quantity).toBe(0);
  });

  test('Aurora costs its least capacity in every instance', () => {
    const cluster = (MinCapacity: number) => ({
      Type: 'AWS::RDS::DBCluster',
      Properties: { ServerlessV2ScalingConfiguration: { MinCapacity }, ManageMasterUserPassword: true },
    });
    const instance = { Type: 'AWS::RDS::DBInstance' };
    expect(costOf(lines(cluster(0.5), instance, instance), 'Database')).toBeCloseTo(87.6, 6);
    expect(costOf(lines(cluster(1), instance, instance), 'Database')).toBeCloseTo(175.2, 6);
    // The password that RDS manages is a secret, too.
    expect(costOf(lines(cluster(1)), 'Secrets')).toBeCloseTo(0.4, 6);
    expect(costOf(lines(cluster(1), { Type: 'AWS::SecretsManager::Secret' }), 'Secrets')).toBeCloseTo(0.8, 6);
  });

  test('alarms cost by the metrics that they read, those of scaling policies included', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'CPUUtilization' } };
    const ofTwo = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'MAX' }] },
    };
    const policy = { Type: 'AWS::ApplicationAutoScaling::ScalingPolicy' };
    expect(costOf(lines(alarm), 'Metrics, alarms')).toBeCloseTo(0.1, 6);
    expect(costOf(lines(ofTwo), 'Metrics, alarms')).toBeCloseTo(0.2, 6);
    expect(costOf(lines(policy), 'Metrics, alarms')).toBeCloseTo(0.2, 6);
    expect(costOf(lines({ Type: 'AWS::CloudWatch::Dashboard' }), 'Metrics, alarms')).toBeCloseTo(3, 6);
  });

  test('Container Insights costs where it is on', () => {
    const cluster = (Value: string) => ({
      Type: 'AWS::ECS::Cluster',
      Properties: { ClusterSettings: [{ Name: 'containerInsights', Value }] },
    });
    expect(costOf(lines(cluster('enabled')), 'Metrics, alarms')).toBeGreaterThan(0);
    expect(costOf(lines(cluster('disabled')), 'Metrics, alarms')).toBe(0);
    expect(costOf(lines({ Type: 'AWS::ECS::Cluster' }), 'Metrics, alarms')).toBe(0);
  });

  test('traces cost where a collector sends them', () => {
    const definition = (containers: number) => ({
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { ContainerDefinitions: Array(containers).fill({}) },
    });
    const traces = (containers: number) =>
      environmentLines([template(definition(containers))], traffic).find(({ price }) => price === 'million-traces')!;
    expect(traces(2).quantity).toBeCloseTo((10 * 730 * 3600 * 0.05) / 1e6, 6);
    expect(traces(1).quantity).toBe(0);
  });
});

describe('the delivery', () => {
  const pipeline = (size: string, ...actions: [string, string][]): Template => ({
    Resources: {
      Pipeline: {
        Type: 'AWS::CodePipeline::Pipeline',
        Properties: {
          Stages: [
            {
              Name: 'prod',
              Actions: actions.map(([Name, Provider]) => ({
                Name,
                ActionTypeId: { Category: Provider === 'Manual' ? 'Approval' : 'Build', Provider },
                Configuration: { ProjectName: { Ref: 'Project' } },
              })),
            },
          ],
        },
      },
      Project: { Type: 'AWS::CodeBuild::Project', Properties: { Environment: { ComputeType: size } } },
      Repository: { Type: 'AWS::ECR::Repository' },
    },
  });
  const small = 'BUILD_GENERAL1_SMALL';

  test('an approval costs nothing, however long it waits', () => {
    const lines = toolingLines(pipeline(small, ['approval', 'Manual']), { prod: 'linear' });
    expect(costOf(lines, 'Pipeline')).toBe(0);
  });
  test('a promotion takes as long as its traffic shifts', () => {
    const cost = (shift: 'linear' | 'all-at-once') =>
      costOf(toolingLines(pipeline(small, ['promotion', 'CodeBuild']), { prod: shift }), 'Builds');
    expect(cost('linear')).toBeCloseTo(20 * 17 * 0.005, 6);
    expect(cost('all-at-once')).toBeLessThan(cost('linear') / 2);
  });
  test('a larger machine costs more, and one without a price is an error', () => {
    const cost = (size: string) => costOf(toolingLines(pipeline(size, ['checks', 'CodeBuild']), {}), 'Builds');
    expect(cost('BUILD_GENERAL1_MEDIUM')).toBeCloseTo(2 * cost(small), 6);
    expect(() => cost('BUILD_GENERAL1_LARGE')).toThrow('The build of action checks has size BUILD_GENERAL1_LARGE');
  });
  test('a repository costs its ten images', () => {
    expect(costOf(toolingLines(pipeline(small), {}), 'Image registry')).toBeCloseTo(10 * 0.06 * 0.1, 6);
  });
});

describe('the table of prices', () => {
  test('names a source and a page of AWS for each', () => {
    const wrong = Object.entries(prices).filter(
      ([, p]) => !(p.usd > 0) || !p.source || !p.of.startsWith('https://aws.amazon.com/'),
    );
    expect(wrong).toEqual([]);
  });
  test('a region that it does not know is an error', () => {
    expect(() => assertPriced('us-east-2')).not.toThrow();
    expect(() => assertPriced('eu-west-1')).toThrow('not of eu-west-1');
  });
  test('a type of resource without a price is told', () => {
    const types = ['AWS::EC2::NatGateway', 'AWS::IAM::Role', 'AWS::EKS::Cluster'].map((Type) => ({ Type }));
    expect(unpricedTypes([template(...types)])).toEqual(['AWS::EKS::Cluster']);
  });
});

describe.each(systems.map(({ name }) => name))('%s', (name) => {
  const estimated = estimate(systemNamed(name), readConfiguration());
  const [dev, staging, prod, tooling] = estimated.parts.map(({ lines }) => total(lines));

  test('every type of resource in it is known', () => {
    expect(estimated.unpriced).toEqual([]);
  });
  test('dev costs less than staging, staging less than prod, and the delivery least', () => {
    expect(dev).toBeLessThan(staging!);
    expect(staging).toBeLessThan(prod!);
    expect(tooling).toBeLessThan(dev!);
  });
  test("dev's sizes save about half of what it would cost with prod's", () => {
    expect(estimated.saving).toMatchObject({ environment: 'dev', sizesOf: 'prod', usd: dev });
    expect(dev! / estimated.saving.atThose).toBeLessThan(0.6);
  });
  test('the table adds up', () => {
    const text = table(estimated);
    const sums = text.split('\n').find((line) => line.startsWith('a month'))!;
    const [all] = sums.split(/\s+/).slice(-1);
    const parts = estimated.parts.reduce((sum, { lines }) => sum + total(lines), 0);
    expect(Number(all!.replaceAll(',', ''))).toBeCloseTo(parts, 1);
    expect(estimated.parts.flatMap(({ lines }) => lines).every(({ group }) => groups.includes(group))).toBe(true);
    expect(details(estimated.parts[0]!)).toContain('dev, line by line');
  });
});

test('what is assumed and what is not confirmed is told', () => {
  expect(footnotes()).toContain('730 hours a month');
  expect(footnotes()).toContain('fargate-spot-vcpu-hour');
});

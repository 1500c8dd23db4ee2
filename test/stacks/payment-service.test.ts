import { cases, required, tasksIn } from './required';
import { accounts, plain, resources, synthesized, theOnly } from './support';

const named = cases.map((c) => [c.service, c.system, c.environment, c] as const);

describe.each(named)('%s of %s in %s', (service, system, environment, { row }) => {
  const template = synthesized(system).templates[environment]![service]!;
  const properties = (type: string) => theOnly(template, type).Properties;
  const of = (type: string) => resources(template, type).map(([, resource]) => resource.Properties);
  const { prefix, zones, region, sharedGroup } = required[system]!;
  const blueGreen = Boolean(row.path);
  const ecs = theOnly(template, 'AWS::ECS::Service');

  test('ECS service: where it runs, on which capacity, found by its name', () => {
    expect(ecs.Properties).toMatchObject({
      ServiceName: `${service}-${environment}`,
      PlatformVersion: '1.4.0',
      CapacityProviderStrategy: row.capacity.map(([CapacityProvider, Base, Weight]) => ({
        CapacityProvider,
        Base,
        Weight,
      })),
      EnableExecuteCommand: environment !== 'prod',
      PropagateTags: 'SERVICE',
    });
    expect(ecs.Properties).not.toHaveProperty('LaunchType');
    expect(ecs.Properties).not.toHaveProperty('DesiredCount');
    const [[discovery, { Properties: named }]] = resources(template, 'AWS::ServiceDiscovery::Service') as [
      ReturnType<typeof resources>[number],
    ];
    expect(named).toMatchObject({ Name: service, DnsConfig: { DnsRecords: [{ Type: 'A' }] } });
    expect(ecs.Properties.ServiceRegistries).toEqual([{ RegistryArn: { 'Fn::GetAtt': [discovery, 'Arn'] } }]);
  });

  test('tasks are in private subnets, without public addresses, in their groups', () => {
    const network = ecs.Properties.NetworkConfiguration!.AwsvpcConfiguration!;
    expect(network.AssignPublicIp).toBe('DISABLED');
    expect((network.Subnets as unknown as object[]).map(plain)).toEqual(
      Array.from({ length: zones }, (_, i) => expect.stringContaining(`privateSubnet${i + 1}`)),
    );
    const own = `Groups${service.replaceAll('-', '')}`;
    expect((network.SecurityGroups as unknown as object[]).map(plain)).toEqual(
      [own, ...(sharedGroup ? ['GroupsServices'] : [])].map((id) => expect.stringContaining(id)),
    );
  });

  if (blueGreen) {
    test('CodeDeploy releases it: pinned to its family, without what CODE_DEPLOY does not allow', () => {
      expect(ecs.Properties).toMatchObject({
        DeploymentController: { Type: 'CODE_DEPLOY' },
        TaskDefinition: `${service}-${environment}`,
        LoadBalancers: [{ ContainerName: service, ContainerPort: row.port }],
      });
      expect(ecs.Properties).not.toHaveProperty('DeploymentConfiguration');
      expect(ecs.DependsOn).toEqual(
        expect.arrayContaining([
          'TaskDefinition',
          ...resources(template, 'AWS::ElasticLoadBalancingV2::ListenerRule').map(([id]) => id),
        ]),
      );
    });
  } else {
    test('ECS rolls it to its new revision, with circuit breaker and rollback', () => {
      expect(ecs.Properties).toMatchObject({
        DeploymentController: { Type: 'ECS' },
        TaskDefinition: { Ref: 'TaskDefinition' },
        DeploymentConfiguration: {
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        },
      });
      expect(ecs.Properties).not.toHaveProperty('LoadBalancers');
      expect(of('AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
    });
  }

  test('scaling: range, targets and cooldowns', () => {
    const [MinCapacity, MaxCapacity] = tasksIn(row, environment);
    const [ScaleOutCooldown, ScaleInCooldown] = row.cooldowns;
    const target = resources(template, 'AWS::ApplicationAutoScaling::ScalableTarget')[0]!;
    expect(target[1].Properties).toMatchObject({
      MinCapacity,
      MaxCapacity,
      ServiceNamespace: 'ecs',
      ResourceId: `service/${prefix}-cluster-${environment}/${service}-${environment}`,
      ScalableDimension: 'ecs:service:DesiredCount',
    });
    const policies = of('AWS::ApplicationAutoScaling::ScalingPolicy');
    for (const { ScalingTargetId, TargetTrackingScalingPolicyConfiguration } of policies) {
      expect(ScalingTargetId).toEqual({ Ref: target[0] });
      expect(TargetTrackingScalingPolicyConfiguration).toMatchObject({ ScaleOutCooldown, ScaleInCooldown });
    }
    expect(
      policies
        .map((p) => p.TargetTrackingScalingPolicyConfiguration!)
        .map((p) => [p.PredefinedMetricSpecification?.PredefinedMetricType ?? 'requests', p.TargetValue]),
    ).toEqual([
      ['ECSServiceAverageCPUUtilization', 70],
      ['ECSServiceAverageMemoryUtilization', 80],
      ...(row.requests ? [['requests', row.requests]] : []),
    ]);
  });

  test('alarms: CPU over 85 %, memory over 90 %, and of traffic where it has some, all to the topic', () => {
    const alarms = of('AWS::CloudWatch::Alarm');
    expect(alarms.map((a) => [a.AlarmName, a.ComparisonOperator, a.Threshold])).toEqual(
      [
        ['cpu', 85],
        ['memory', 90],
        ...(blueGreen ? [['response-time', 1] as const, ['errors', 10] as const, ['unhealthy-hosts', 0] as const] : []),
      ].map(([measure, above]) => [`${service}-${measure}-${environment}`, 'GreaterThanThreshold', above]),
    );
    for (const { AlarmActions, OKActions } of alarms) {
      const topic = [{ 'Fn::ImportValue': expect.stringContaining('AlarmTopic') }];
      expect([AlarmActions, OKActions]).toEqual([topic, topic]);
    }
    expect(alarms.slice(0, 2).map((a) => [a.Namespace, a.MetricName, a.Statistic, a.Dimensions])).toEqual(
      ['CPUUtilization', 'MemoryUtilization'].map((metric) => [
        'AWS/ECS',
        metric,
        'Average',
        [
          { Name: 'ClusterName', Value: `${prefix}-cluster-${environment}` },
          { Name: 'ServiceName', Value: `${service}-${environment}` },
        ],
      ]),
    );
  });

  test('outputs', () => {
    const told = Object.entries(template.Outputs).filter(([key]) => !key.startsWith('Exports'));
    expect(told.map(([key]) => key)).toEqual([
      ...['ServiceName', 'ServiceArn', 'TaskDefinitionArn', 'SecurityGroupId', 'LogGroupName', 'RepositoryUri'],
      'ImageTag',
      ...(blueGreen
        ? [
            ...['BlueTargetGroupArn', 'GreenTargetGroupArn', 'ProductionRuleArn', 'TestRuleArn'],
            ...['DeploymentApplicationName', 'DeploymentGroupName'],
          ]
        : []),
    ]);
    expect(plain(Object.fromEntries(told).RepositoryUri!.Value)).toBe(
      `${accounts.tooling}.dkr.ecr.${region}.AWS::URLSuffix/${service}`,
    );
  });

  test('it depends on no other service: all deploy at once', () => {
    const text = JSON.stringify(template);
    const others = Object.keys(required[system]!.services).filter((name) => name !== service);
    for (const other of others) expect(text).not.toContain(`"${prefix}-${other}-${environment}:`);
    expect(properties('AWS::ECS::Service').ServiceName).toBe(`${service}-${environment}`);
  });
});

test('a commit changes nothing of a CODE_DEPLOY service, its rules or its target groups', () => {
  const { templates } = synthesized('payment-platform');
  const fixed = /^AWS::(ECS::Service|ElasticLoadBalancingV2::(ListenerRule|TargetGroup)|CodeDeploy::DeploymentGroup)$/;
  const template = templates.prod!['payment-api']!;
  const some = Object.values(template.Resources).filter(({ Type }) => fixed.test(Type));
  expect(some).toHaveLength(6);
  for (const resource of some) expect(JSON.stringify(resource)).not.toMatch(/a{16}|"Ref":"TaskDefinition"/);
});

import { environmentNames, resources, synthesize, tags, theOnly, type Values } from './support';

const { templates } = synthesize();

/** The requirements' table, by environment. */
const required = {
  'payment-api': { port: 8080, dev: ['512', '1024'], staging: ['1024', '2048'], prod: ['1024', '2048'] },
  'fraud-detection': { port: 8081, dev: ['512', '1024'], staging: ['1024', '2048'], prod: ['1024', '2048'] },
};
const tasks = { dev: [1, 3], staging: [2, 10], prod: [3, 10] };
const each = environmentNames.flatMap((environment) =>
  (['payment-api', 'fraud-detection'] as const).map((service) => [service, environment] as const),
);

describe.each(each)('%s in %s', (service, environment) => {
  const template = templates[environment]![service]!;
  const properties = (type: string) => theOnly(template, type).Properties;
  const of = (type: string) => resources(template, type).map(([, resource]) => resource.Properties);
  const { port } = required[service];
  const blueGreen = service === 'payment-api';
  const exec = environment !== 'prod';

  test('task definition', () => {
    const definition = theOnly(template, 'AWS::ECS::TaskDefinition');
    const [cpu, memory] = required[service][environment];
    expect(definition).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' });
    expect(definition.Properties).toMatchObject({
      Family: `${service}-${environment}`,
      Cpu: cpu,
      Memory: memory,
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
    });
  });

  test('container', () => {
    const containers = properties('AWS::ECS::TaskDefinition').ContainerDefinitions as unknown as Values[];
    expect(containers).toEqual([
      {
        Name: service,
        Essential: true,
        Image: {
          'Fn::Join': [
            '',
            ['999999999990.dkr.ecr.us-east-1.', { Ref: 'AWS::URLSuffix' }, `/${service}:${tags[service]}`],
          ],
        },
        PortMappings: [{ ContainerPort: port, Protocol: 'tcp' }],
        Environment: [
          { Name: 'PORT', Value: String(port) },
          { Name: 'SERVICE_NAME', Value: service },
          { Name: 'ENVIRONMENT', Value: environment },
          { Name: 'VERSION', Value: tags[service] },
          ...(blueGreen
            ? [{ Name: 'FRAUD_DETECTION_URL', Value: `http://fraud-detection.payment-${environment}.internal:8081` }]
            : []),
        ],
        HealthCheck: {
          Command: ['CMD', 'node', 'server.js', '--health'],
          Interval: 30,
          Timeout: 5,
          Retries: 3,
          StartPeriod: 60,
        },
        LogConfiguration: {
          LogDriver: 'awslogs',
          Options: {
            'awslogs-group': { Ref: resources(template, 'AWS::Logs::LogGroup')[0]![0] },
            'awslogs-region': 'us-east-1',
            'awslogs-stream-prefix': service,
          },
        },
        LinuxParameters: { InitProcessEnabled: true },
        Privileged: false,
        ReadonlyRootFilesystem: !exec,
        StopTimeout: 90,
      },
    ]);
  });

  test('logs: one group, 30 days, encrypted by the stage', () => {
    expect(properties('AWS::Logs::LogGroup')).toMatchObject({
      LogGroupName: `/ecs/payment-platform/${service}-${environment}`,
      RetentionInDays: 30,
      KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('LogKey') },
    });
  });

  test('ECS service', () => {
    const ecs = properties('AWS::ECS::Service');
    expect(ecs).toMatchObject({
      ServiceName: `${service}-${environment}`,
      PlatformVersion: '1.4.0',
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }],
      EnableExecuteCommand: exec,
      DeploymentController: { Type: blueGreen ? 'CODE_DEPLOY' : 'ECS' },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
    expect(JSON.stringify(ecs.NetworkConfiguration).match(/privateSubnet\d/g)).toHaveLength(3);
    expect(ecs).not.toHaveProperty('LaunchType');
    expect(ecs).not.toHaveProperty('DesiredCount');
    expect(ecs.ServiceRegistries).toHaveLength(1);
  });

  test('its name within the VPC', () => {
    expect(properties('AWS::ServiceDiscovery::Service')).toMatchObject({
      Name: service,
      DnsConfig: { DnsRecords: [{ Type: 'A' }] },
    });
  });

  test('scaling: range, targets and cooldowns', () => {
    const [MinCapacity, MaxCapacity] = tasks[environment];
    const resourceId = `service/payment-cluster-${environment}/${service}-${environment}`;
    expect(properties('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity,
      MaxCapacity,
      ResourceId: resourceId,
      ScalableDimension: 'ecs:service:DesiredCount',
    });
    const policies = of('AWS::ApplicationAutoScaling::ScalingPolicy').map(
      (p) => p.TargetTrackingScalingPolicyConfiguration!,
    );
    for (const policy of policies) expect(policy).toMatchObject({ ScaleOutCooldown: 30, ScaleInCooldown: 60 });
    expect(
      policies.map((p) => [p.PredefinedMetricSpecification?.PredefinedMetricType ?? 'requests', p.TargetValue]),
    ).toEqual([
      ['ECSServiceAverageCPUUtilization', 70],
      ['ECSServiceAverageMemoryUtilization', 80],
      ...(blueGreen ? [['requests', 1000]] : []),
    ]);
  });

  test('alarms on its load tell the topic', () => {
    const thresholds = of('AWS::CloudWatch::Alarm').map((a) => [a.AlarmName, a.ComparisonOperator, a.Threshold]);
    expect(thresholds).toEqual(
      expect.arrayContaining([
        [`${service}-cpu-${environment}`, 'GreaterThanThreshold', 85],
        [`${service}-memory-${environment}`, 'GreaterThanThreshold', 90],
      ]),
    );
    expect(thresholds).toHaveLength(blueGreen ? 5 : 2);
    for (const alarm of of('AWS::CloudWatch::Alarm')) {
      expect(alarm.AlarmActions).toEqual([{ 'Fn::ImportValue': expect.stringContaining('AlarmTopic') }]);
    }
  });

  test('outputs', () => {
    const told = Object.keys(template.Outputs).filter((key) => !key.startsWith('Exports'));
    const common = [
      'ServiceName',
      'ServiceArn',
      'TaskDefinitionArn',
      'SecurityGroupId',
      'LogGroupName',
      'RepositoryUri',
      'ImageTag',
    ];
    const ofBlueGreen = ['BlueTargetGroupArn', 'GreenTargetGroupArn', 'ProductionRuleArn', 'TestRuleArn'];
    expect(told).toEqual(
      blueGreen ? [...common, ...ofBlueGreen, 'DeploymentApplicationName', 'DeploymentGroupName'] : common,
    );
  });
});

describe.each(environmentNames)('the rolling service in %s', (environment) => {
  const service = theOnly(templates[environment]!['fraud-detection']!, 'AWS::ECS::Service').Properties;

  test('rolls to its new revision, with circuit breaker and rollback', () => {
    expect(service).toMatchObject({
      TaskDefinition: { Ref: 'TaskDefinition' },
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
    expect(service).not.toHaveProperty('LoadBalancers');
  });
});

describe.each(environmentNames)('the blue/green service in %s', (environment) => {
  const template = templates[environment]!['payment-api']!;
  const of = (type: string) => resources(template, type);
  const [[blue], [green]] = of('AWS::ElasticLoadBalancingV2::TargetGroup') as [[string, unknown], [string, unknown]];

  test('is pinned to its family, without what CODE_DEPLOY does not allow', () => {
    const { Properties, DependsOn } = theOnly(template, 'AWS::ECS::Service');
    expect(Properties.TaskDefinition).toBe(`payment-api-${environment}`);
    expect(Properties).not.toHaveProperty('DeploymentConfiguration');
    expect(Properties.LoadBalancers).toEqual([
      { ContainerName: 'payment-api', ContainerPort: 8080, TargetGroupArn: { Ref: blue } },
    ]);
    expect(DependsOn).toEqual(
      expect.arrayContaining(['TaskDefinition', ...of('AWS::ElasticLoadBalancingV2::ListenerRule').map(([id]) => id)]),
    );
  });

  test('target groups ask /health on its own port, and drain before a task has to stop', () => {
    expect(of('AWS::ElasticLoadBalancingV2::TargetGroup').map(([, g]) => g.Properties.Name)).toEqual([
      `payment-api-tg-${environment}-blue`,
      `payment-api-tg-${environment}-green`,
    ]);
    for (const [, { Properties }] of of('AWS::ElasticLoadBalancingV2::TargetGroup')) {
      expect(Properties).toMatchObject({
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: 8080,
        HealthCheckPath: '/health',
        HealthCheckPort: '8080',
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 3,
        UnhealthyThresholdCount: 3,
      });
      const [delay] = Properties.TargetGroupAttributes as unknown as [{ Key: string; Value: string }];
      expect(delay.Key).toBe('deregistration_delay.timeout_seconds');
      expect(Number(delay.Value)).toBeLessThan(90);
    }
  });

  test('one rule on each listener, both to blue at first', () => {
    const rules = of('AWS::ElasticLoadBalancingV2::ListenerRule').map(([, rule]) => rule.Properties);
    expect(rules.map((rule) => JSON.stringify(rule.ListenerArn).match(/Production|Test/)![0])).toEqual([
      'Production',
      'Test',
    ]);
    for (const rule of rules) {
      expect(rule).toMatchObject({
        Priority: 8080,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/payments/*'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: { Ref: blue } }],
      });
    }
  });

  test('deployment group: held for checks, stopped when nobody answers, rolled back on failure, stop and alarm', () => {
    const group = theOnly(template, 'AWS::CodeDeploy::DeploymentGroup');
    expect(group.DependsOn).toContain('Service');
    expect(group.Properties).toMatchObject({
      ApplicationName: { 'Fn::ImportValue': expect.stringContaining('CodeDeployApplication') },
      DeploymentGroupName: `payment-api-dg-${environment}`,
      DeploymentConfigName:
        environment === 'dev' ? 'CodeDeployDefault.ECSAllAtOnce' : 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      BlueGreenDeploymentConfiguration: {
        DeploymentReadyOption: { ActionOnTimeout: 'STOP_DEPLOYMENT', WaitTimeInMinutes: 60 },
        TerminateBlueInstancesOnDeploymentSuccess: { Action: 'TERMINATE', TerminationWaitTimeInMinutes: 5 },
      },
      ECSServices: [{ ClusterName: `payment-cluster-${environment}`, ServiceName: `payment-api-${environment}` }],
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      LoadBalancerInfo: {
        TargetGroupPairInfoList: [
          {
            ProdTrafficRoute: { ListenerArns: [{ 'Fn::ImportValue': expect.stringContaining('Production') }] },
            TestTrafficRoute: { ListenerArns: [{ 'Fn::ImportValue': expect.stringContaining('Test') }] },
            TargetGroups: [
              { Name: { 'Fn::GetAtt': [blue, 'TargetGroupName'] } },
              { Name: { 'Fn::GetAtt': [green, 'TargetGroupName'] } },
            ],
          },
        ],
      },
    });
  });

  test('alarms on its traffic watch both colours, and stop a deployment', () => {
    const ofTraffic = of('AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.Metrics);
    expect(ofTraffic.map(([, { Properties }]) => [Properties.AlarmName, Properties.Threshold])).toEqual([
      [`payment-api-response-time-${environment}`, 1],
      [`payment-api-errors-${environment}`, 10],
      [`payment-api-unhealthy-hosts-${environment}`, 0],
    ]);
    for (const [, { Properties }] of ofTraffic) expect(targetGroupsOf(Properties.Metrics)).toEqual([blue, green]);
    const { AlarmConfiguration } = theOnly(template, 'AWS::CodeDeploy::DeploymentGroup').Properties;
    expect(AlarmConfiguration).toEqual({ Enabled: true, Alarms: ofTraffic.map(([id]) => ({ Name: { Ref: id } })) });
  });

  test('requests are counted over both colours and running tasks, because either colour may serve', () => {
    const [specification] = of('AWS::ApplicationAutoScaling::ScalingPolicy')
      .map(([, p]) => p.Properties.TargetTrackingScalingPolicyConfiguration!.CustomizedMetricSpecification)
      .filter(Boolean);
    const metrics = specification!.Metrics as unknown as { Id: string; Expression?: string; ReturnData: boolean }[];
    expect(targetGroupsOf(metrics)).toEqual([blue, green]);
    expect(metrics.filter((m) => m.ReturnData)).toEqual([
      expect.objectContaining({ Expression: '(FILL(blue, 0) + FILL(green, 0)) / tasks' }),
    ]);
    expect(JSON.stringify(metrics)).toContain('RunningTaskCount');
    expect(JSON.stringify(template)).not.toContain('ALBRequestCountPerTarget');
  });
});

/** Logical ids of the target groups that metrics look at. */
const targetGroupsOf = (metrics: unknown) =>
  [...JSON.stringify(metrics).matchAll(/"Fn::GetAtt":\["(\w+)","TargetGroupFullName"\]/g)].map(([, id]) => id);

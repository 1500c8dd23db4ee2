import { cases, required } from './required';
import { accounts, plain, resources, synthesized, theOnly } from './support';

const named = cases.filter(({ row }) => row.path).map((c) => [c.service, c.system, c.environment, c] as const);

describe.each(named)('releases of %s of %s in %s', (service, system, environment, { row }) => {
  const template = synthesized(system).templates[environment]![service]!;
  const of = (type: string) => resources(template, type);
  const { prefix, region } = required[system]!;
  const [[blue], [green]] = of('AWS::ElasticLoadBalancingV2::TargetGroup') as [[string, unknown], [string, unknown]];
  const group = theOnly(template, 'AWS::CodeDeploy::DeploymentGroup');

  test('target groups ask /health on its own port, and drain before a task has to stop', () => {
    const groups = of('AWS::ElasticLoadBalancingV2::TargetGroup').map(([, g]) => g.Properties);
    for (const [i, colour] of ['blue', 'green'].entries()) {
      const name = String(groups[i]!.Name);
      expect(name).toMatch(new RegExp(`-tg-${environment}-${colour}$`));
      expect(`${service}-tg-${environment}-${colour}`).toContain(name.split('-tg-')[0]);
      expect(name.length).toBeLessThanOrEqual(32);
    }
    for (const properties of groups) {
      expect(properties).toMatchObject({
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: row.port,
        HealthCheckPath: '/health',
        HealthCheckPort: String(row.port),
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 3,
        UnhealthyThresholdCount: 3,
      });
      const [delay] = properties.TargetGroupAttributes as unknown as [{ Key: string; Value: string }];
      expect(delay.Key).toBe('deregistration_delay.timeout_seconds');
      expect(Number(delay.Value)).toBeLessThan(90);
    }
  });

  test('one rule on each listener, both to blue at first, by path and, where declared, by header', () => {
    const rules = of('AWS::ElasticLoadBalancingV2::ListenerRule').map(([, rule]) => rule.Properties);
    expect(rules.map((rule) => plain(rule.ListenerArn).match(/LoadBalancer(Production|Test)/)![1])).toEqual([
      'Production',
      'Test',
    ]);
    const byHeader = {
      Field: 'http-header',
      HttpHeaderConfig: { HttpHeaderName: 'X-Payment-Channel', Values: ['web', 'mobile', 'partner'] },
    };
    for (const rule of rules) {
      expect(rule).toMatchObject({ Priority: row.port, Actions: [{ Type: 'forward', TargetGroupArn: { Ref: blue } }] });
      expect(rule.Conditions).toEqual([
        { Field: 'path-pattern', PathPatternConfig: { Values: [row.path] } },
        ...(system === 'payment-processor' ? [byHeader] : []),
      ]);
    }
    expect(of('AWS::ECS::Service')[0]![1].Properties.LoadBalancers).toMatchObject([{ TargetGroupArn: { Ref: blue } }]);
  });

  test('deployment group: held for checks, stopped when nobody answers, rolled back on failure, stop and alarm', () => {
    expect(group.DependsOn).toContain('Service');
    expect(group.Properties).toMatchObject({
      ApplicationName: { 'Fn::ImportValue': expect.stringContaining('CodeDeployApplication') },
      DeploymentGroupName: `${service}-dg-${environment}`,
      DeploymentConfigName:
        environment === 'dev' ? 'CodeDeployDefault.ECSAllAtOnce' : 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      BlueGreenDeploymentConfiguration: {
        DeploymentReadyOption: { ActionOnTimeout: 'STOP_DEPLOYMENT', WaitTimeInMinutes: 60 },
        TerminateBlueInstancesOnDeploymentSuccess: { Action: 'TERMINATE', TerminationWaitTimeInMinutes: 5 },
      },
      ECSServices: [{ ClusterName: `${prefix}-cluster-${environment}`, ServiceName: `${service}-${environment}` }],
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

  test('its role moves this service and these rules, and passes the roles of its tasks to tasks only', () => {
    const [, role] = of('AWS::IAM::Role').find(([id]) => id.startsWith('DeploymentGroup'))!;
    expect(role.Properties.RoleName).toBe(`${service}-codedeploy-role-${environment}`);
    const [policy] = role.Properties.Policies as unknown as [{ PolicyDocument: { Statement: Statement[] } }];
    const [ofService, ofRules, describing, ofAlarms, passing] = policy.PolicyDocument.Statement;
    const arn = (kind: string, rest = '') =>
      `arn:aws:ecs:${region}:${accounts[environment]}:${kind}/${prefix}-cluster-${environment}/${service}-${environment}${rest}`;
    expect(ofService!.Resource).toEqual([arn('service'), arn('task-set', '/*')]);
    expect((ofRules!.Resource as unknown[]).map(plain)).toEqual([
      expect.stringContaining('Production'),
      expect.stringContaining('Test'),
      ...of('AWS::ElasticLoadBalancingV2::ListenerRule').map(([id]) => id),
    ]);
    expect(describing).toMatchObject({
      Action: ['TargetGroups', 'Listeners', 'Rules'].map((w) => `elasticloadbalancing:Describe${w}`).sort(),
      Resource: '*',
    });
    expect(ofAlarms!.Resource).toBe(`arn:aws:cloudwatch:${region}:${accounts[environment]}:alarm:*`);
    expect(passing).toMatchObject({
      Action: 'iam:PassRole',
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
    expect((passing!.Resource as unknown[]).map(plain)).toEqual([
      expect.stringMatching(/^RolesExecution/),
      expect.stringMatching(/^RolesTask/),
    ]);
  });

  test('alarms on its traffic watch both colours, and stop a deployment', () => {
    const ofTraffic = of('AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.Metrics);
    expect(ofTraffic.map(([, { Properties }]) => [Properties.AlarmName, Properties.Threshold])).toEqual([
      [`${service}-response-time-${environment}`, 1],
      [`${service}-errors-${environment}`, 10],
      [`${service}-unhealthy-hosts-${environment}`, 0],
    ]);
    for (const [, { Properties }] of ofTraffic) expect(targetGroupsOf(Properties.Metrics)).toEqual([blue, green]);
    const { AlarmConfiguration } = group.Properties;
    expect(AlarmConfiguration).toEqual({ Enabled: true, Alarms: ofTraffic.map(([id]) => ({ Name: { Ref: id } })) });
  });

  test('requests are counted over both colours and running tasks, because either colour may serve', () => {
    const specifications = of('AWS::ApplicationAutoScaling::ScalingPolicy')
      .map(([, p]) => p.Properties.TargetTrackingScalingPolicyConfiguration!.CustomizedMetricSpecification)
      .filter(Boolean);
    expect(specifications).toHaveLength(row.requests ? 1 : 0);
    for (const specification of specifications) {
      const metrics = specification!.Metrics as unknown as { ReturnData: boolean }[];
      expect(targetGroupsOf(metrics)).toEqual([blue, green]);
      expect(metrics.filter((m) => m.ReturnData)).toEqual([
        expect.objectContaining({ Expression: '(FILL(blue, 0) + FILL(green, 0)) / tasks' }),
      ]);
      expect(JSON.stringify(metrics)).toContain('RunningTaskCount');
    }
    expect(JSON.stringify(template)).not.toContain('ALBRequestCountPerTarget');
  });
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Logical ids of the target groups that metrics look at. */
const targetGroupsOf = (metrics: unknown) =>
  [...JSON.stringify(metrics).matchAll(/"Fn::GetAtt":\["(\w+)","TargetGroupFullName"\]/g)].map(([, id]) => id);

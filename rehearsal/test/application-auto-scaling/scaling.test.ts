import { applicationAutoScaling } from '../../cloud/services/application-auto-scaling';
import { cloudwatch } from '../../cloud/services/cloudwatch';
import { Fixture, until } from '../ecs/fixture';

jest.mock('../../cloud/runtime/images', () => require('../ecs/images-stub'));
jest.setTimeout(20_000);

const where = {
  ...{ ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: 'service/main/api' },
};
let f: Fixture;
let scaling: ReturnType<Fixture['handlers']>;
let monitoring: ReturnType<Fixture['handlers']>;
beforeEach(async () => {
  f = await new Fixture().start([applicationAutoScaling, cloudwatch]);
  scaling = f.handlers(applicationAutoScaling);
  monitoring = f.handlers(cloudwatch);
});
afterEach(() => f.end());

async function scaled(controller: 'ECS' | 'CODE_DEPLOY') {
  const properties = f.serviceProperties(await f.taskDefinition('good'), {
    ...{ DesiredCount: 1, DeploymentController: { Type: controller } },
  });
  await f.make('AWS::ECS::Service', 'Service', properties);
  const target = await f.make('AWS::ApplicationAutoScaling::ScalableTarget', 'Target', {
    ...{ ...where, MinCapacity: 1, MaxCapacity: 2 },
  });
  return f.make('AWS::ApplicationAutoScaling::ScalingPolicy', 'Policy', {
    ...{ PolicyName: 'api-cpu', PolicyType: 'TargetTrackingScaling', ScalingTargetId: target.id },
    TargetTrackingScalingPolicyConfiguration: {
      ...{ TargetValue: 70, ScaleOutCooldown: 0, ScaleInCooldown: 0 },
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  });
}
async function alarms() {
  const { ScalingPolicies } = await scaling.DescribeScalingPolicies!({ ServiceNamespace: 'ecs' });
  const [high, low] = ScalingPolicies[0].Alarms.map((a: any) => a.AlarmName);
  return { high, low };
}
async function raise(AlarmName: string) {
  await monitoring.SetAlarmState!({ AlarmName, StateValue: 'OK', StateReason: 'a test' });
  await monitoring.SetAlarmState!({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' });
}
const desired = async () => (await f.describe()).desiredCount;
const activities = async () =>
  (await scaling.DescribeScalingActivities!({ ServiceNamespace: 'ecs', ResourceId: where.ResourceId }))
    .ScalingActivities;

test.each(['ECS', 'CODE_DEPLOY'] as const)(
  'alarms move the tasks of a service of %s within its range',
  async (controller) => {
    await scaled(controller);
    const { high, low } = await alarms();
    expect(high).toMatch(/^TargetTracking-service\/main\/api-AlarmHigh-[0-9a-f]{8}-/);
    expect(low).toMatch(/^TargetTracking-service\/main\/api-AlarmLow-/);
    const { MetricAlarms } = await monitoring.DescribeAlarms!({ AlarmNames: [high, low] });
    expect(MetricAlarms).toMatchObject([
      { Threshold: 70, EvaluationPeriods: 3, ComparisonOperator: 'GreaterThanThreshold', MetricName: 'CPUUtilization' },
      { Threshold: 63, EvaluationPeriods: 15, ComparisonOperator: 'LessThanThreshold' },
    ]);
    await raise(high);
    await until(async () => (await f.describe()).runningCount === 2);
    await raise(high);
    expect(await desired()).toBe(2);
    expect(await activities()).toMatchObject([
      {
        Description: 'Setting desired count to 2.',
        Cause: `monitor alarm ${high} in state ALARM triggered policy api-cpu`,
        StatusCode: 'Successful',
      },
    ]);
    await raise(low);
    await until(async () => (await f.describe()).runningCount === 1);
    await raise(low);
    expect(await desired()).toBe(1);
    expect(await activities()).toHaveLength(2);
    const all = await scaling.DescribeScalingActivities!({ ServiceNamespace: 'ecs', IncludeNotScaledActivities: true });
    expect(all.ScalingActivities.map((a: any) => [a.StatusCode, a.NotScaledReasons?.[0]])).toEqual([
      ['Failed', { Code: 'AlreadyAtMinCapacity', MinCapacity: 1, CurrentCapacity: 1 }],
      ['Successful', undefined],
      ['Failed', { Code: 'AlreadyAtMaxCapacity', MaxCapacity: 2, CurrentCapacity: 2 }],
      ['Successful', undefined],
    ]);
  },
);

test('what is suspended does not scale; what was scaled lately waits for its cooldown', async () => {
  const policy = await scaled('ECS');
  const { high, low } = await alarms();
  await scaling.RegisterScalableTarget!({ ...where, SuspendedState: { DynamicScalingOutSuspended: true } });
  await raise(high);
  expect(await desired()).toBe(1);
  await scaling.RegisterScalableTarget!({ ...where, SuspendedState: { DynamicScalingInSuspended: true } });
  await raise(high);
  expect(await desired()).toBe(2);
  await raise(low);
  expect(await desired()).toBe(2);
  await scaling.RegisterScalableTarget!({ ...where, SuspendedState: {}, MaxCapacity: 3 });
  policy.model.TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown = 60;
  await raise(high);
  expect(await desired()).toBe(2);
  policy.model.TargetTrackingScalingPolicyConfiguration.ScaleInCooldown = 300;
  await raise(low);
  expect(await desired()).toBe(2);
});

test('a policy takes its alarms with it', async () => {
  const policy = await scaled('ECS');
  expect((await monitoring.DescribeAlarms!({})).MetricAlarms).toHaveLength(2);
  await f.cloud.resourceTypes.get(policy.type)!.deleted!(policy, f.env);
  expect((await monitoring.DescribeAlarms!({})).MetricAlarms).toEqual([]);
});

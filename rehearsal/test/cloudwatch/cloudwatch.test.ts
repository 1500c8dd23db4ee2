import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { alarmState, cloudwatch } from '../../cloud/services/cloudwatch';
import { call, cloudForTest, make } from '../load-balancer/make';

describe('CloudWatch', () => {
  let test: ReturnType<typeof cloudForTest>;
  let send: ReturnType<typeof call<CloudWatchClient>>;
  beforeEach(() => {
    test = cloudForTest();
    send = call(test, cloudwatch, CloudWatchClient);
  });
  afterEach(() => test.end());

  it('describes alarms, and changes their state when told to', async () => {
    await make(test.env, cloudwatch, 'AWS::CloudWatch::Alarm', {
      ...{ AlarmName: 'api-cpu', MetricName: 'CPUUtilization', Namespace: 'AWS/ECS', Statistic: 'Average', Period: 60 },
      ...{
        Threshold: 85,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 2,
        TreatMissingData: 'notBreaching',
      },
    });
    const describe = async () => (await send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'api' }))).MetricAlarms;
    expect(await describe()).toMatchObject([{ AlarmName: 'api-cpu', Threshold: 85, Period: 60, StateValue: 'OK' }]);
    await send(new SetAlarmStateCommand({ AlarmName: 'api-cpu', StateValue: 'ALARM', StateReason: 'a test' }));
    expect(await describe()).toMatchObject([{ StateValue: 'ALARM', StateReason: 'a test' }]);
    expect(alarmState(test.env, 'api-cpu')).toBe('ALARM');
    const none = send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' }));
    await expect(none).rejects.toThrow('Could not find resource');
  });

  it('keeps dashboards, and refuses a body that is no JSON', async () => {
    const dashboard = (DashboardName: string, DashboardBody: string) =>
      make(test.env, cloudwatch, 'AWS::CloudWatch::Dashboard', { DashboardName, DashboardBody });
    await dashboard('payments', '{"widgets":[]}');
    const found = await send(new GetDashboardCommand({ DashboardName: 'payments' }));
    expect(found.DashboardBody).toBe('{"widgets":[]}');
    await expect(dashboard('broken', '{')).rejects.toThrow('must be a valid JSON object');
  });

  it('returns the metrics that were put', async () => {
    const now = new Date();
    const MetricData = [1, 3].map((Value) => ({ MetricName: 'Payments', Value, Timestamp: now }));
    await send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
    const { MetricDataResults } = await send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - 60_000),
        EndTime: new Date(now.getTime() + 60_000),
        MetricDataQueries: ['Sum', 'Average', 'p50'].map((Stat) => ({
          Id: Stat.toLowerCase(),
          MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Payments' }, Period: 3600, Stat },
        })),
      }),
    );
    expect(MetricDataResults?.map((r) => r.Values)).toEqual([[4], [2], [1]]);
  });
});

import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { cloudwatch } from '../../cloud/services/cloudwatch';
import { evaluateExpression } from '../../cloud/services/cloudwatch/expressions';
import { windows } from '../../cloud/services/cloudwatch/metrics';
import { look } from '../../cloud/services/cloudwatch/watch';
import { kms } from '../../cloud/services/kms';
import { publishedMessages, sns } from '../../cloud/services/sns';
import { ask, balancerForTest, call, cloudForTest, make, until } from '../load-balancer/make';
import { listenerAddress, registerTarget } from '../../cloud/services/elastic-load-balancing-v2';

let test: ReturnType<typeof cloudForTest>;
let send: ReturnType<typeof call<CloudWatchClient>>;
beforeEach(() => {
  test = cloudForTest(600, 100);
  send = call(test, cloudwatch, CloudWatchClient);
});
afterEach(() => test.end());

const dimensions = (TargetGroup: string) => [{ Name: 'TargetGroup', Value: TargetGroup }];
const errors = (Id: string) => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'Test', MetricName: 'Errors', Dimensions: dimensions(Id) },
    ...{ Period: 60, Stat: 'Sum' },
  },
});
const alarm = (more: object = {}) => ({
  AlarmName: 'errors',
  Metrics: [errors('blue'), errors('green'), { Id: 'worse', Expression: 'MAX([FILL(blue, 0), FILL(green, 0)])' }],
  ...{ Threshold: 10, ComparisonOperator: 'GreaterThanThreshold' as const, EvaluationPeriods: 1 },
  TreatMissingData: 'notBreaching',
  ...more,
});
const state = async () => (await send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).MetricAlarms![0]!;
const topic = (more: object = {}) => make(test.env, sns, 'AWS::SNS::Topic', { TopicName: 'alarms', ...more });

it('an alarm follows its metric, by metric math, and tells its topic of each change', async () => {
  const { id } = await topic();
  await send(new PutMetricAlarmCommand({ ...alarm(), AlarmActions: [id], OKActions: [id] }));
  expect((await state()).StateValue).toBe('OK');
  const MetricData = [{ MetricName: 'Errors', Value: 11, Dimensions: dimensions('green') }];
  await send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
  await until(async () => (await state()).StateValue === 'ALARM');
  expect((await state()).StateReason).toContain('1 out of the last 1 datapoints [11]');
  await until(async () => (await state()).StateValue === 'OK');
  const messages = [...publishedMessages(test.env).values()].map((m) => JSON.parse(m.message));
  expect(messages).toMatchObject([
    { AlarmName: 'errors', OldStateValue: 'OK', NewStateValue: 'ALARM', AWSAccountId: '111111111111' },
    { OldStateValue: 'ALARM', NewStateValue: 'OK' },
  ]);
  const { AlarmHistoryItems = [] } = await send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'StateUpdate' }),
  );
  expect(AlarmHistoryItems.map((i) => i.HistorySummary)).toEqual([
    'Alarm updated from ALARM to OK',
    'Alarm updated from OK to ALARM',
  ]);
  await send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
  expect((await send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
});

it('a topic whose key CloudWatch may not use is not told, and the history says why', async () => {
  const statement = (...Action: string[]) => ({
    ...{ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action, Resource: '*' },
  });
  const key = (...Statement: object[]) => make(test.env, kms, 'AWS::KMS::Key', { KeyPolicy: { Statement } });
  const closed = await topic({ KmsMasterKeyId: (await key()).model.Arn });
  const own = await topic({ TopicName: 'aws', KmsMasterKeyId: 'alias/aws/sns' });
  const open = await topic({
    ...{ TopicName: 'open', KmsMasterKeyId: (await key(statement('kms:Decrypt', 'kms:GenerateDataKey*'))).id },
  });
  const denied = await topic({ TopicName: 'denied' });
  const policy = { Topics: [denied.id], PolicyDocument: { Statement: [statement('sns:Subscribe')] } };
  await make(test.env, sns, 'AWS::SNS::TopicPolicy', policy);
  const AlarmActions = [closed, own, open, denied].map((t) => t.id);
  await send(new PutMetricAlarmCommand(alarm({ AlarmActions })));
  await send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' }));
  expect([...publishedMessages(test.env).values()].map((m) => m.topicArn)).toEqual([open.id]);
  const { AlarmHistoryItems = [] } = await send(new DescribeAlarmHistoryCommand({ HistoryItemType: 'Action' }));
  expect(AlarmHistoryItems.map((i) => i.HistorySummary).reverse()).toEqual([
    expect.stringContaining('Failed to execute action'),
    expect.stringContaining('AWSKMS; Status Code: 400; Error Code: AccessDeniedException'),
    `Successfully executed action ${open.id}`,
    expect.stringContaining('cloudwatch.amazonaws.com is not authorized to perform: SNS:Publish'),
  ]);
});

it('missing data counts as the alarm says', async () => {
  const after = async (TreatMissingData: string) => {
    await send(
      new PutMetricAlarmCommand(alarm({ Metrics: [{ ...errors('blue'), ReturnData: true }], TreatMissingData })),
    );
    look(test.env);
    return (await state()).StateValue;
  };
  expect(await after('breaching')).toBe('ALARM');
  expect(await after('ignore')).toBe('ALARM');
  expect(await after('notBreaching')).toBe('OK');
  expect(await after('missing')).toBe('INSUFFICIENT_DATA');
});

it('requests and targets are measured as the load balancer sees them', async () => {
  const { loadBalancer, listener, blue } = await balancerForTest(test.env);
  await test.target('10.0.0.9', (req, res) => res.writeHead(req.url === '/api/bad' ? 500 : 200).end('ok'));
  registerTarget(test.env, blue.id, { id: '10.0.0.9', port: 8080 });
  const address = listenerAddress(test.env, listener.id)!;
  for (const path of ['/api/a', '/api/b', '/api/bad']) await ask(address, path);
  const TargetGroup = blue.model.TargetGroupFullName;
  const Dimensions = [
    { Name: 'LoadBalancer', Value: loadBalancer.model.LoadBalancerFullName },
    { Name: 'TargetGroup', Value: TargetGroup },
  ];
  const values = (MetricName: string) =>
    windows(test.env, { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, 1, 60_000, Date.now() + 1)[0]!;
  await until(() => {
    look(test.env);
    return values('HealthyHostCount').includes(1);
  });
  expect(values('RequestCount').reduce((a, b) => a + b, 0)).toBe(3);
  expect(values('HTTPCode_Target_5XX_Count')).toEqual([1]);
  expect(values('TargetResponseTime')).toHaveLength(3);
  expect(values('UnHealthyHostCount').at(-1)).toBe(0);
});

it('metric math knows what the alarms use, and says what it does not know', () => {
  const series: Record<string, (number | undefined)[]> = {
    blue: [1, undefined, 3],
    green: [10, 20, undefined],
    tasks: [2, 0, 3],
  };
  const of = (expression: string) => evaluateExpression(expression, (id) => series[id]!, 3);
  expect(of('MAX([FILL(blue, 0), FILL(green, 0)])')).toEqual([10, 20, 3]);
  expect(of('(FILL(blue, 0) + FILL(green, 0)) / tasks')).toEqual([5.5, undefined, 1]);
  expect(of('blue * 2 - -1')).toEqual([3, undefined, 7]);
  expect(of('SUM(green) / 2')).toEqual([15, 15, 15]);
  expect(() => of('ANOMALY_DETECTION_BAND(blue)')).toThrow('uses ANOMALY_DETECTION_BAND()');
  expect(() => of('blue +')).toThrow('ends early');
});

import { DescribeAlarmsCommand, GetDashboardCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { type Alarm, alarmsOf, trafficAlarms } from '../declarations/alarms';
import { about, eventually } from './support/about';
import { cli, cloudWatch, names, outputs, sns, system } from './support/stage';

const describeAlarms = async (...AlarmNames: string[]): Promise<MetricAlarm[]> =>
  (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms ?? [];

describe('alarms', () => {
  it('tells a topic that is encrypted, and that alarms may publish to', async () => {
    const { AlarmTopicArn } = await outputs.platform();
    const { TelemetryKeyArn } = await outputs.network();
    const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: AlarmTopicArn }));
    const look = cli(`sns get-topic-attributes --topic-arn ${AlarmTopicArn}`);
    await about({ resource: `topic ${names.alarmTopic}: key`, look }, () =>
      expect(lastPart(Attributes.KmsMasterKeyId)).toBe(lastPart(TelemetryKeyArn)),
    );
    const { Statement = [] } = JSON.parse(Attributes.Policy ?? '{}') as { Statement?: Statement[] };
    const publishers = Statement.filter((s) => s.Effect === 'Allow').flatMap((s) => s.Principal?.Service ?? []);
    await about({ resource: `topic ${names.alarmTopic}: services that may publish`, look }, () =>
      expect(publishers).toEqual(['cloudwatch.amazonaws.com']),
    );
  });

  if (system.dashboard) {
    it('are on a dashboard, with every service', async () => {
      const { DashboardName } = (await outputs.observability())!;
      const { DashboardBody = '' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
      const shown = system.services.flatMap((s) => [
        names.service(s),
        ...alarmsOf(s).map(({ measure }) => `:alarm:${names.alarm(s, measure)}`),
      ]);
      const subject = {
        resource: `dashboard ${DashboardName}: services and alarms that it does not show`,
        look: cli(`cloudwatch get-dashboard --dashboard-name ${DashboardName}`),
      };
      await about(subject, () => expect(shown.filter((name) => !DashboardBody.includes(`${name}"`))).toEqual([]));
    });
  }
});

describe.each(system.services.map((s) => [s.name, s] as const))('alarms: %s', (_, service) => {
  it.each(alarmsOf(service).map((a) => [a.measure, a] as const))('watches %s', async (_measure, declared) => {
    const name = names.alarm(service, declared.measure);
    const subject = { resource: `alarm ${name}`, look: cli(`cloudwatch describe-alarms --alarm-names ${name}`) };
    const { AlarmTopicArn } = await outputs.platform();
    const [alarm] = await describeAlarms(name);
    await about({ ...subject, resource: `${subject.resource}: exists` }, () => expect(alarm?.AlarmName).toBe(name));
    await about(subject, async () => {
      expect({
        metric: metricOf(alarm!),
        raisedWhen: `${alarm!.ComparisonOperator} ${alarm!.Threshold}`,
        minutes: alarm!.EvaluationPeriods,
        missingData: alarm!.TreatMissingData,
        actions: { enabled: alarm!.ActionsEnabled, alarm: alarm!.AlarmActions, ok: alarm!.OKActions },
      }).toEqual({
        metric: await expectedMetric(declared),
        raisedWhen: `GreaterThanThreshold ${declared.above}`,
        minutes: declared.minutes,
        missingData: 'notBreaching',
        actions: { enabled: true, alarm: [AlarmTopicArn], ok: [AlarmTopicArn] },
      });
    });
  });

  it('has no alarm that is raised', async () => {
    const all = alarmsOf(service).map(({ measure }) => names.alarm(service, measure));
    const subject = {
      resource: `alarms of ${service.name} that are raised`,
      look: cli(`cloudwatch describe-alarms --state-value ALARM --alarm-names ${all.join(' ')}`),
    };
    // One that a start raised has a minute to end.
    await eventually(
      subject,
      async () => {
        const raised = (await describeAlarms(...all)).filter((a) => a.StateValue === 'ALARM');
        expect(raised.map((a) => `${a.AlarmName}: ${a.StateReason}`)).toEqual([]);
      },
      12,
    );
  });

  async function expectedMetric(declared: Alarm) {
    const { metricName, statistic } = declared;
    if (!trafficAlarms.includes(declared)) {
      return [`${metricName} ${statistic} ClusterName=${names.cluster} ServiceName=${names.service(service)}`];
    }
    const { LoadBalancerArn } = await outputs.platform();
    const { BlueTargetGroupArn, GreenTargetGroupArn } = await outputs.blueGreen(service);
    return [BlueTargetGroupArn, GreenTargetGroupArn].map(
      (arn) =>
        `${metricName} ${statistic} LoadBalancer=${dimensionOf(LoadBalancerArn).replace('loadbalancer/', '')} TargetGroup=${dimensionOf(arn)}`,
    );
  }
});

interface Statement {
  Effect: string;
  Principal?: { Service?: string };
}

/** Metrics that an alarm looks at, with statistic and dimensions. */
function metricOf({ Metrics, MetricName, Statistic, Dimensions }: MetricAlarm): string[] {
  const told = (name?: string, stat?: string, dimensions: MetricAlarm['Dimensions'] = []) =>
    [name, stat, ...dimensions.map((d) => `${d.Name}=${d.Value}`)].join(' ');
  if (MetricName) return [told(MetricName, Statistic, Dimensions)];
  return (Metrics ?? []).flatMap(({ MetricStat: m }) =>
    m ? [told(m.Metric?.MetricName, m.Stat, m.Metric?.Dimensions)] : [],
  );
}

/** What follows the last colon of an ARN: what metrics call the resource. */
const dimensionOf = (arn: string) => arn.split(':').pop()!;
const lastPart = (arn: string | undefined) => arn?.split('/').pop();

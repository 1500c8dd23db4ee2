// CloudWatch: alarms, dashboards, and metrics: those that somebody put, and what the local cloud measures of itself.
import * as sdk from '@aws-sdk/client-cloudwatch';
import { HandlerError } from '../../cloudformation/handler-error';
import { environmentOf } from '../../identity';
import type { ServiceModule } from '../../module';
import type { Environment, Resource } from '../../state';
import { AwsError, service } from '../../wire/service';
import {
  alarmCreated,
  alarmDeleted,
  alarmHistory,
  alarmType,
  compositeType,
  deleteAlarm,
  findAlarm,
  putAlarm,
  setState,
  stateOf,
} from './alarms';
import { evaluateExpression, type Values } from './expressions';
import { listMetrics, putMetric, statistic, statistics } from './metrics';
import { notifyTopics } from './notifications';

export { alarmState, deleteAlarm, onAlarmAction, putAlarm, type AlarmEvent } from './alarms';

notifyTopics();

const dashboardType = 'AWS::CloudWatch::Dashboard';

const yes = (value: unknown) => String(value) === 'true';
const number = (value: unknown) => (value === undefined ? undefined : Number(value));

function common(env: Environment, alarm: Resource) {
  const { model } = alarm;
  const state = stateOf(env, alarm);
  return {
    AlarmName: alarm.id,
    AlarmArn: model.Arn,
    AlarmDescription: model.AlarmDescription,
    ActionsEnabled: yes(model.ActionsEnabled ?? true),
    OKActions: model.OKActions ?? [],
    AlarmActions: model.AlarmActions ?? [],
    InsufficientDataActions: model.InsufficientDataActions ?? [],
    StateValue: state.value,
    StateReason: state.reason,
    StateUpdatedTimestamp: state.updated,
  };
}

const describeMetricAlarm = (env: Environment, alarm: Resource): sdk.MetricAlarm => ({
  ...common(env, alarm),
  MetricName: alarm.model.MetricName,
  Namespace: alarm.model.Namespace,
  Statistic: alarm.model.Statistic,
  ExtendedStatistic: alarm.model.ExtendedStatistic,
  Dimensions: alarm.model.Dimensions ?? [],
  Period: number(alarm.model.Period),
  Unit: alarm.model.Unit,
  EvaluationPeriods: number(alarm.model.EvaluationPeriods),
  DatapointsToAlarm: number(alarm.model.DatapointsToAlarm),
  Threshold: number(alarm.model.Threshold),
  ComparisonOperator: alarm.model.ComparisonOperator,
  TreatMissingData: alarm.model.TreatMissingData ?? 'missing',
  Metrics: alarm.model.Metrics,
});

const dashboardArn = (env: Environment, name: string) => `arn:aws:cloudwatch::${env.account}:dashboard/${name}`;

export const cloudwatch: ServiceModule = {
  resources: {
    [alarmType]: {
      attributes: ({ model, arn }) => ({ Arn: arn('cloudwatch', `alarm:${model.AlarmName}`) }),
      created: alarmCreated,
      deleted: alarmDeleted,
    },
    [compositeType]: {
      attributes: ({ model, arn }) => ({ Arn: arn('cloudwatch', `alarm:${model.AlarmName}`) }),
      created: alarmCreated,
      deleted: alarmDeleted,
    },
    [dashboardType]: {
      created: checkDashboard,
      updated: checkDashboard,
    },
  },
  api: (cloud) =>
    service(sdk)({
      DescribeAlarms: (input, context) => {
        const env = environmentOf(cloud, context);
        const wanted = (alarm: Resource) =>
          (!input.AlarmNames || input.AlarmNames.includes(alarm.id)) &&
          alarm.id.startsWith(input.AlarmNamePrefix ?? '') &&
          (!input.StateValue || stateOf(env, alarm).value === input.StateValue);
        const kinds = input.AlarmTypes ?? ['MetricAlarm'];
        const of = (kind: sdk.AlarmType, type: string) => (kinds.includes(kind) ? env.list(type).filter(wanted) : []);
        return {
          MetricAlarms: of('MetricAlarm', alarmType).map((a) => describeMetricAlarm(env, a)),
          CompositeAlarms: of('CompositeAlarm', compositeType).map((a) => ({
            ...common(env, a),
            AlarmRule: a.model.AlarmRule,
          })),
        };
      },
      SetAlarmState: (input, context) => {
        const env = environmentOf(cloud, context);
        const alarm = findAlarm(env, input.AlarmName);
        if (!alarm) throw new AwsError('ResourceNotFound', 'Could not find resource', 404);
        setState(env, alarm, input.StateValue!, input.StateReason!);
        return {};
      },
      DescribeAlarmHistory: (input, context) => {
        const { AlarmName, HistoryItemType, StartDate, EndDate, ScanBy } = input;
        const found = alarmHistory(environmentOf(cloud, context)).filter(
          (item) =>
            (!AlarmName || item.AlarmName === AlarmName) &&
            (!HistoryItemType || item.HistoryItemType === HistoryItemType) &&
            (!StartDate || item.Timestamp! >= StartDate) &&
            (!EndDate || item.Timestamp! <= EndDate),
        );
        if (ScanBy === 'TimestampAscending') found.reverse();
        return { AlarmHistoryItems: found.slice(0, input.MaxRecords ?? 100) };
      },
      PutMetricAlarm: (input, context) => {
        putAlarm(environmentOf(cloud, context), { ...input });
        return {};
      },
      DeleteAlarms: (input, context) => {
        const env = environmentOf(cloud, context);
        const unknown = (input.AlarmNames ?? []).find((name) => !findAlarm(env, name));
        if (unknown) throw new AwsError('ResourceNotFound', `Alarm ${unknown} does not exist`, 404);
        for (const name of input.AlarmNames ?? []) deleteAlarm(env, name);
        return {};
      },
      ListDashboards: (input, context) => {
        const env = environmentOf(cloud, context);
        const found = env.list(dashboardType).filter((d) => d.id.startsWith(input.DashboardNamePrefix ?? ''));
        return {
          DashboardEntries: found.map((d) => ({
            DashboardName: d.id,
            DashboardArn: dashboardArn(env, d.id),
            Size: String(d.model.DashboardBody).length,
          })),
        };
      },
      GetDashboard: (input, context) => {
        const env = environmentOf(cloud, context);
        const found = env.get(dashboardType, input.DashboardName!);
        if (!found) throw new AwsError('ResourceNotFound', `Dashboard ${input.DashboardName} does not exist`, 404);
        return {
          DashboardName: found.id,
          DashboardArn: dashboardArn(env, found.id),
          DashboardBody: found.model.DashboardBody,
        };
      },
      PutMetricData: (input, context) => {
        const env = environmentOf(cloud, context);
        for (const datum of input.MetricData ?? []) putMetric(env, input.Namespace!, datum);
        return {};
      },
      ListMetrics: (input, context) => ({
        Metrics: listMetrics(environmentOf(cloud, context)).filter(
          (m) =>
            (!input.Namespace || m.Namespace === input.Namespace) &&
            (!input.MetricName || m.MetricName === input.MetricName),
        ),
      }),
      GetMetricStatistics: (input, context) => {
        const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
        const found = statistics(environmentOf(cloud, context), input, {
          ...{ start: input.StartTime!, end: input.EndTime!, period: input.Period! },
        });
        return {
          Label: input.MetricName,
          Datapoints: found.map(({ time, values }) => ({
            Timestamp: time,
            ...Object.fromEntries(names.map((name) => [name, statistic(name, values)])),
          })),
        };
      },
      GetMetricData: (input, context) => ({ MetricDataResults: metricData(environmentOf(cloud, context), input) }),
    }),
};

function metricData(env: Environment, input: sdk.GetMetricDataInput): sdk.MetricDataResult[] {
  const queries = input.MetricDataQueries ?? [];
  const span = { start: input.StartTime!, end: input.EndTime! };
  // An expression has a value for each time that one of its metrics has one.
  const measured = new Map(
    queries.flatMap(({ Id, MetricStat: stat }) => {
      if (!stat) return [];
      const found = statistics(env, stat.Metric!, { ...span, period: stat.Period! });
      return [[Id!, new Map(found.map((f) => [f.time.getTime(), statistic(stat.Stat!, f.values)]))] as const];
    }),
  );
  const times = [...new Set([...measured.values()].flatMap((m) => [...m.keys()]))].sort((a, b) => a - b);
  const values = (id: string): Values => {
    const own = measured.get(id);
    if (own) return times.map((time) => own.get(time));
    const expression = queries.find((q) => q.Id === id)?.Expression;
    if (!expression) throw new AwsError('ValidationError', `Invalid metrics list: no metric or expression '${id}'`);
    try {
      return evaluateExpression(expression, values, times.length);
    } catch (error) {
      throw new AwsError('ValidationError', `Error in expression '${id}': ${(error as Error).message}`);
    }
  };
  return queries
    .filter((query) => query.ReturnData !== false)
    .map((query) => {
      const found = values(query.Id!);
      const points = times.flatMap((time, i) => (found[i] === undefined ? [] : [{ time, value: found[i] }]));
      if (input.ScanBy !== 'TimestampAscending') points.reverse();
      return {
        Id: query.Id,
        Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
        StatusCode: 'Complete' as const,
        Timestamps: points.map((p) => new Date(p.time)),
        Values: points.map((p) => p.value),
      };
    });
}

function checkDashboard({ model }: Resource): void {
  try {
    if (!Array.isArray(JSON.parse(model.DashboardBody).widgets)) throw new Error('no widgets');
  } catch {
    throw new HandlerError(
      'InvalidRequest',
      'The field DashboardBody must be a valid JSON object (Service: CloudWatch, Status Code: 400)',
    );
  }
}

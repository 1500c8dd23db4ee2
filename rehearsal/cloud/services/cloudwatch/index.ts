// CloudWatch: alarms and dashboards that templates made, and metrics that somebody put. Alarms change state by SetAlarmState only.
import * as sdk from '@aws-sdk/client-cloudwatch';
import { HandlerError } from '../../cloudformation/handler-error';
import { environmentOf } from '../../identity';
import type { ServiceModule } from '../../module';
import type { Environment, Resource } from '../../state';
import { AwsError, service } from '../../wire/service';
import { listMetrics, putMetric, statistic, statistics } from './metrics';

const alarmType = 'AWS::CloudWatch::Alarm';
const compositeType = 'AWS::CloudWatch::CompositeAlarm';
const dashboardType = 'AWS::CloudWatch::Dashboard';

interface AlarmState {
  value: sdk.StateValue;
  reason: string;
  updated: Date;
}
const states = (env: Environment) => env.shelf<AlarmState>('cloudwatch alarm states');

/** Nothing is measured here, so an alarm is what missing data makes it until somebody sets its state. */
function initialState({ model }: Resource, env: Environment): AlarmState {
  const value = model.TreatMissingData === 'notBreaching' || model.AlarmRule ? 'OK' : 'INSUFFICIENT_DATA';
  return { value, reason: 'Unchecked: Initial alarm creation', updated: env.cloud.clock.now() };
}
function stateOf(env: Environment, alarm: Resource): AlarmState {
  const found = states(env).get(alarm.id) ?? initialState(alarm, env);
  states(env).set(alarm.id, found);
  return found;
}

/** State of an alarm, for what acts on it, as CodeDeploy does; undefined where there is no such alarm. */
export function alarmState(env: Environment, name: string): sdk.StateValue | undefined {
  const found = alarms(env).find((a) => a.id === name);
  return found && stateOf(env, found).value;
}

const alarms = (env: Environment) => [...env.list(alarmType), ...env.list(compositeType)];
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
      deleted: (resource, env) => void states(env).delete(resource.id),
    },
    [compositeType]: {
      attributes: ({ model, arn }) => ({ Arn: arn('cloudwatch', `alarm:${model.AlarmName}`) }),
      deleted: (resource, env) => void states(env).delete(resource.id),
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
        if (!alarms(env).some((a) => a.id === input.AlarmName))
          throw new AwsError('ResourceNotFound', 'Could not find resource', 404);
        const [value, reason] = [input.StateValue!, input.StateReason!];
        states(env).set(input.AlarmName!, { value, reason, updated: cloud.clock.now() });
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
      GetMetricData: (input, context) => ({
        MetricDataResults: (input.MetricDataQueries ?? [])
          .filter((query) => query.ReturnData !== false)
          .map((query) => {
            const { MetricStat: asked } = query;
            if (!asked)
              throw new AwsError(
                'ValidationError',
                'The local cloud evaluates no metric expressions: ask for a MetricStat',
              );
            const found = statistics(environmentOf(cloud, context), asked.Metric!, {
              ...{ start: input.StartTime!, end: input.EndTime!, period: asked.Period! },
            });
            if (input.ScanBy !== 'TimestampAscending') found.reverse();
            return {
              Id: query.Id,
              Label: query.Label ?? asked.Metric?.MetricName,
              StatusCode: 'Complete' as const,
              Timestamps: found.map((f) => f.time),
              Values: found.map((f) => statistic(asked.Stat!, f.values)),
            };
          }),
      }),
    }),
};

function checkDashboard({ model }: Resource): void {
  try {
    JSON.parse(model.DashboardBody);
  } catch {
    throw new HandlerError(
      'InvalidRequest',
      'The field DashboardBody must be a valid JSON object (Service: CloudWatch, Status Code: 400)',
    );
  }
}

// The two alarms that target tracking makes for each of its policies, and that nobody else may touch.
import { hash } from '../../hash';
import type { Environment, Resource, Values } from '../../state';
import { deleteAlarm, putAlarm } from '../cloudwatch';
import { targetOf } from './scaled';

/** Scale in waits until the metric is well below its target. Source: experience with AWS's alarms, unverified. */
const lowerBy = 0.9;
const predefined: Record<string, string> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
};

/** Names of a policy's alarms, with the ids that AWS would make up. */
function names({ id, model }: Resource, resourceId: string) {
  const one = (which: string) => {
    const hex = hash(`${model.Arn} ${id} ${which}`, 32);
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return `TargetTracking-${resourceId}-${which}-${uuid}`;
  };
  return { high: one('AlarmHigh'), low: one('AlarmLow') };
}

/** The metric of a policy as an alarm has it; undefined where the local cloud does not know it. */
function metricOf(configuration: Values, resourceId: string): Values | undefined {
  const { PredefinedMetricSpecification: given, CustomizedMetricSpecification: own } = configuration;
  const [, ClusterName, ServiceName] = resourceId.split('/');
  if (own?.Metrics) {
    const Metrics = own.Metrics.map((m: Values) =>
      m.MetricStat ? { ...m, MetricStat: { Period: 60, ...m.MetricStat } } : m,
    );
    return { Metrics };
  }
  if (own) return { ...own, Period: 60 };
  const MetricName = predefined[given?.PredefinedMetricType];
  if (!MetricName) return undefined;
  const Dimensions = [
    { Name: 'ClusterName', Value: ClusterName },
    { Name: 'ServiceName', Value: ServiceName },
  ];
  return { Namespace: 'AWS/ECS', MetricName, Dimensions, Statistic: 'Average', Period: 60 };
}

/** Makes the alarms of a target tracking policy: three minutes above the target, or fifteen well below it. */
export function makeAlarms(env: Environment, policy: Resource): void {
  const { TargetTrackingScalingPolicyConfiguration: configuration, Arn } = policy.model;
  const target = targetOf(env, policy);
  const metric = configuration && target && metricOf(configuration, target.model.ResourceId);
  if (!metric) return;
  const { high, low } = names(policy, target.model.ResourceId);
  const goal = Number(configuration.TargetValue);
  const common = {
    ...metric,
    ActionsEnabled: true,
    AlarmActions: [Arn],
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${Arn}.`,
  };
  putAlarm(env, {
    ...{
      ...common,
      AlarmName: high,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: goal,
      EvaluationPeriods: 3,
    },
  });
  if (String(configuration.DisableScaleIn ?? false) === 'true') return;
  putAlarm(env, {
    ...{ ...common, AlarmName: low, ComparisonOperator: 'LessThanThreshold', EvaluationPeriods: 15 },
    Threshold: Number((goal * lowerBy).toFixed(4)),
  });
}

/** Deletes the policy's alarms with it. */
export function removeAlarms(env: Environment, policy: Resource): void {
  for (const { AlarmName } of alarmsOf(env, policy.model)) deleteAlarm(env, AlarmName);
}

/** The policy's alarms as the API tells them, the high one first. */
export const alarmsOf = (env: Environment, { Arn }: Values): { AlarmName: string; AlarmARN: string }[] =>
  env
    .list('AWS::CloudWatch::Alarm')
    .filter(({ model }) => (model.AlarmActions ?? []).includes(Arn))
    .map(({ id, model }) => ({ AlarmName: id, AlarmARN: model.Arn as string }));

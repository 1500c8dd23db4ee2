// Alarms tell topics. What keeps them from it on AWS keeps them from it here: the topic's policy, and its key's.
import type { Environment, Values } from '../../state';
import { publish } from '../sns';
import { onAlarmAction, type AlarmEvent } from './alarms';

/** Publishes to the topics that an alarm names. */
export function notifyTopics(): void {
  onAlarmAction((env, event) => {
    if (!event.actionArn.includes(':sns:')) return false;
    publish(env, event.actionArn, {
      subject: `${event.state.value}: "${event.alarm.id}" in ${env.region}`.slice(0, 100),
      message: JSON.stringify(message(env, event)),
      by: 'cloudwatch.amazonaws.com',
    });
    return true;
  });
}

/** Source: CloudWatch User Guide, "Alarm events and notifications" (the message that a topic gets). */
function message(env: Environment, { alarm, state, before }: AlarmEvent): Values {
  const { model: m } = alarm;
  return {
    AlarmName: alarm.id,
    AlarmDescription: m.AlarmDescription ?? null,
    AWSAccountId: env.account,
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: state.updated.toISOString(),
    Region: env.region,
    AlarmArn: m.Arn,
    OldStateValue: before.value,
    OKActions: m.OKActions ?? [],
    AlarmActions: m.AlarmActions ?? [],
    InsufficientDataActions: m.InsufficientDataActions ?? [],
    Trigger: {
      ...{ MetricName: m.MetricName, Namespace: m.Namespace, Statistic: m.Statistic, Metrics: m.Metrics },
      ...{ Period: m.Period, EvaluationPeriods: m.EvaluationPeriods, Threshold: m.Threshold },
      ...{ ComparisonOperator: m.ComparisonOperator, TreatMissingData: m.TreatMissingData ?? 'missing' },
    },
  };
}

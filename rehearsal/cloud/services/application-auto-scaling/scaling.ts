// What a policy's alarm does to its service. Source: Application Auto Scaling User Guide, "Target tracking scaling policies".
import type { Environment, Resource, Values } from '../../state';
import { onAlarmAction, type AlarmEvent } from '../cloudwatch';
import { evaluate } from '../cloudwatch/evaluation';
import { updateService } from '../ecs';
import { noteActivity, noteNotScaled } from './activities';
import { alarmsOf } from './policy-alarms';
import { policyType, scaledService, targetOf } from './scaled';

/** When a target was last scaled, in milliseconds since 1970. */
const lastScaled = (env: Environment) => env.shelf<number>('application-auto-scaling/last-scaled');

onAlarmAction((env, { alarm, state, actionArn }) => {
  if (!actionArn.includes(':scalingPolicy:')) return false;
  const policy = env.list(policyType).find((p) => p.model.Arn === actionArn);
  const target = policy && targetOf(env, policy);
  if (!policy || !target) throw new Error(`there is no scaling policy ${actionArn}`);
  if (state.value === 'ALARM') scale(env, { policy, target, alarm });
  return true;
});

function scale(
  env: Environment,
  { policy, target, alarm }: { policy: Resource; target: Resource; alarm: AlarmEvent['alarm'] },
): void {
  const configuration: Values = policy.model.TargetTrackingScalingPolicyConfiguration ?? {};
  const { ResourceId: resourceId, SuspendedState: suspended = {} } = target.model;
  const out = alarm.model.ComparisonOperator === 'GreaterThanThreshold';
  const off = out ? suspended.DynamicScalingOutSuspended : suspended.DynamicScalingInSuspended;
  if (String(off ?? false) === 'true') return;
  // Several policies of one target scale in only when none of them asks for more.
  if (!out && policiesOf(env, target).some((other) => asksForMore(env, other))) return;
  const key = `${target.id} ${out ? 'out' : 'in'}`;
  const cooldown = Number((out ? configuration.ScaleOutCooldown : configuration.ScaleInCooldown) ?? 300);
  // Scaling in also waits after scaling out; scaling out does not wait after scaling in.
  const since = Math.max(lastScaled(env).get(key) ?? 0, out ? 0 : (lastScaled(env).get(`${target.id} out`) ?? 0));
  if (Date.now() < since + env.cloud.clock.period(cooldown)) return;

  const service = scaledService(env, resourceId);
  const { desiredCount: now } = service;
  const finding = evaluate(env, alarm.model);
  // An alarm that somebody set has no value that tells how far to go: one task at a time.
  const ratio = finding?.value === 'ALARM' && finding.latest ? finding.latest / Number(configuration.TargetValue) : 1;
  const wanted = out ? Math.max(now + 1, Math.ceil(now * ratio)) : Math.min(now - 1, Math.ceil(now * ratio));
  const desiredCount = Math.min(Math.max(wanted, Number(target.model.MinCapacity)), Number(target.model.MaxCapacity));
  const cause = `monitor alarm ${alarm.id} in state ALARM triggered policy ${policy.model.PolicyName}`;
  if (out ? desiredCount <= now : desiredCount >= now) {
    const { MinCapacity, MaxCapacity } = target.model;
    const atEnd = out
      ? { Code: 'AlreadyAtMaxCapacity', MaxCapacity: Number(MaxCapacity) }
      : { Code: 'AlreadyAtMinCapacity', MinCapacity: Number(MinCapacity) };
    return noteNotScaled(env, resourceId, { ...atEnd, CurrentCapacity: now }, cause);
  }
  lastScaled(env).set(key, Date.now());
  updateService(env, service, { service: service.arn, desiredCount });
  noteActivity(env, resourceId, desiredCount, cause);
}

const policiesOf = (env: Environment, target: Resource) =>
  env.list(policyType).filter((p) => targetOf(env, p)?.id === target.id);

const asksForMore = (env: Environment, policy: Resource) =>
  alarmsOf(env, policy.model).some(({ AlarmName }) => {
    const { model } = env.get('AWS::CloudWatch::Alarm', AlarmName)!;
    return model.ComparisonOperator === 'GreaterThanThreshold' && evaluate(env, model)?.value === 'ALARM';
  });

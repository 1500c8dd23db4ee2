// Once a metric's minute: what happened is measured, and every alarm is evaluated.
import type { Cloud, Environment, Resource } from '../../state';
import { act, alarmType, setState, stateOf } from './alarms';
import { evaluate } from './evaluation';
import { measure } from './samples';

const watched = new WeakSet<Cloud>();

/** Begins to evaluate the cloud's alarms, unless that has begun. Ends with the cloud. */
export function watchAlarms(cloud: Cloud): void {
  if (watched.has(cloud)) return;
  watched.add(cloud);
  const next = () => {
    if (cloud.signal.aborted) return;
    for (const env of cloud.everywhere()) if (env.list(alarmType).length) look(env);
    wait();
  };
  let timer: NodeJS.Timeout;
  const wait = () => void (timer = setTimeout(next, cloud.clock.period(60)).unref());
  cloud.onStop(() => clearTimeout(timer));
  wait();
}

/** One look at an account and region. */
export function look(env: Environment): void {
  const now = Date.now();
  try {
    measure(env, now);
  } catch (error) {
    env.cloud.log(`CloudWatch cannot measure: ${(error as Error).message}`);
  }
  for (const alarm of env.list(alarmType)) judge(env, alarm, now + 1);
}

function judge(env: Environment, alarm: Resource, now: number): void {
  try {
    const before = stateOf(env, alarm).value;
    const found = evaluate(env, alarm.model, now);
    if (found) setState(env, alarm, found.value, found.reason);
    // A scaling policy is told again each minute for as long as its alarm lasts.
    const lasts = found?.value === 'ALARM' && before === 'ALARM';
    if (lasts && (alarm.model.AlarmActions ?? []).some((arn: string) => arn.includes(':scalingPolicy:')))
      act(env, alarm);
  } catch (error) {
    setState(env, alarm, 'INSUFFICIENT_DATA', (error as Error).message);
  }
}

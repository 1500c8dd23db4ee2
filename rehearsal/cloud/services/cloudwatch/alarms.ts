// Alarms: their state, its history, and what happens when it changes.
import type { AlarmHistoryItem, HistoryItemType, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Environment, Resource } from '../../state';
import { watchAlarms } from './watch';

export const alarmType = 'AWS::CloudWatch::Alarm';
export const compositeType = 'AWS::CloudWatch::CompositeAlarm';

export interface AlarmState {
  value: StateValue;
  reason: string;
  updated: Date;
}
const states = (env: Environment) => env.shelf<AlarmState>('cloudwatch alarm states');

export const alarms = (env: Environment) => [...env.list(alarmType), ...env.list(compositeType)];
export const findAlarm = (env: Environment, name = ''): Resource | undefined =>
  env.get(alarmType, name) ?? env.get(compositeType, name);

/** Until a metric is evaluated, an alarm is what missing data makes it. */
export function stateOf(env: Environment, alarm: Resource): AlarmState {
  const found = states(env).get(alarm.id);
  if (found) return found;
  const { TreatMissingData, AlarmRule } = alarm.model;
  const value = TreatMissingData === 'notBreaching' || AlarmRule ? 'OK' : 'INSUFFICIENT_DATA';
  const first: AlarmState = { value, reason: 'Unchecked: Initial alarm creation', updated: env.cloud.clock.now() };
  states(env).set(alarm.id, first);
  return first;
}

/** State of an alarm, for what acts on it, as CodeDeploy does; undefined where there is no such alarm. */
export function alarmState(env: Environment, name: string): StateValue | undefined {
  const found = findAlarm(env, name);
  return found && stateOf(env, found).value;
}

/** What an alarm's action is told. */
export interface AlarmEvent {
  alarm: Resource;
  state: AlarmState;
  before: AlarmState;
  actionArn: string;
}
/** Performs actions whose ARN it takes; throws with what failed. Returns false for an ARN that it does not take. */
export type AlarmAction = (env: Environment, event: AlarmEvent) => boolean;
const actions: AlarmAction[] = [];
/** Registers what performs alarms' actions. */
export const onAlarmAction = (action: AlarmAction): void => void actions.push(action);

/** Puts an alarm into a state. A change is noted, and its actions are run. */
export function setState(env: Environment, alarm: Resource, value: StateValue, reason: string): void {
  const before = stateOf(env, alarm);
  if (before.value === value) return;
  const state: AlarmState = { value, reason, updated: env.cloud.clock.now() };
  states(env).set(alarm.id, state);
  note(env, alarm, 'StateUpdate', `Alarm updated from ${before.value} to ${value}`, {
    oldState: { stateValue: before.value, stateReason: before.reason },
    newState: { stateValue: value, stateReason: reason },
  });
  act(env, alarm, before);
}

/** Runs the actions of the alarm's state. */
export function act(env: Environment, alarm: Resource, before = stateOf(env, alarm)): void {
  const { model } = alarm;
  if (String(model.ActionsEnabled ?? true) === 'false') return;
  const state = stateOf(env, alarm);
  const arns: Record<StateValue, string[]> = {
    ALARM: model.AlarmActions ?? [],
    OK: model.OKActions ?? [],
    INSUFFICIENT_DATA: model.InsufficientDataActions ?? [],
  };
  for (const actionArn of arns[state.value]) {
    try {
      if (!actions.some((action) => action(env, { alarm, state, before, actionArn })))
        throw new Error('the local cloud performs no such action');
      if (before !== state) note(env, alarm, 'Action', `Successfully executed action ${actionArn}`);
    } catch (error) {
      note(
        env,
        alarm,
        'Action',
        `Failed to execute action ${actionArn}. Received error: "${(error as Error).message}"`,
      );
    }
  }
}

const history = (env: Environment): AlarmHistoryItem[] => {
  const shelf = env.shelf<AlarmHistoryItem[]>('cloudwatch alarm history');
  const found = shelf.get('all') ?? [];
  shelf.set('all', found);
  return found;
};
/** The newest thousand items of an account and region. */
const kept = 1000;

/** Writes an item of the alarm's history. */
export function note(
  env: Environment,
  alarm: Resource,
  type: HistoryItemType,
  summary: string,
  data: object = {},
): void {
  history(env).unshift({
    AlarmName: alarm.id,
    AlarmType: alarm.type === alarmType ? 'MetricAlarm' : 'CompositeAlarm',
    Timestamp: env.cloud.clock.now(),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: JSON.stringify({ version: '1.0', type: type === 'StateUpdate' ? 'Update' : type, ...data }),
  });
  history(env).length = Math.min(history(env).length, kept);
}

/** Newest first. */
export const alarmHistory = (env: Environment): readonly AlarmHistoryItem[] => history(env);

/** What happens as an alarm comes into being. */
export function alarmCreated(alarm: Resource, env: Environment): void {
  stateOf(env, alarm);
  note(env, alarm, 'ConfigurationUpdate', `Alarm "${alarm.id}" created`);
  watchAlarms(env.cloud);
}
export const alarmDeleted = (alarm: Resource, env: Environment) => void states(env).delete(alarm.id);

/** Makes an alarm as the API does, or changes it. Its state stays. */
export function putAlarm(env: Environment, properties: Record<string, unknown> & { AlarmName?: string }): Resource {
  const id = properties.AlarmName!;
  const known = env.get(alarmType, id);
  const Arn = env.arn('cloudwatch', `alarm:${id}`);
  const alarm: Resource = { type: alarmType, id, seed: known?.seed ?? id, properties, model: { ...properties, Arn } };
  env.put(alarm);
  if (known) note(env, alarm, 'ConfigurationUpdate', `Alarm "${id}" updated`);
  else alarmCreated(alarm, env);
  return alarm;
}

/** Deletes an alarm, if it is there. */
export function deleteAlarm(env: Environment, name: string): void {
  const found = findAlarm(env, name);
  if (!found) return;
  note(env, found, 'ConfigurationUpdate', `Alarm "${name}" deleted`);
  env.remove(found);
  alarmDeleted(found, env);
}

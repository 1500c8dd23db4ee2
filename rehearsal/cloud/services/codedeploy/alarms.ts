// The alarms of a deployment group stop its deployments. Source: CodeDeploy User Guide, "Monitoring deployments with CloudWatch alarms".
import type { Environment } from '../../state';
import { alarmState } from '../cloudwatch';
import { mayReadAlarms } from './permissions';
import { isUnderway, type DeploymentRecord } from './state';

/** Real milliseconds between two looks: an alarm that lasts a metric's minute is not missed. */
const pause = 250;

/** Names of the group's alarms that stop a deployment now: those in ALARM, and those that cannot be read. */
function active(env: Environment, d: DeploymentRecord): string[] {
  const { Enabled, Alarms = [], IgnorePollAlarmFailure } = d.group.properties.AlarmConfiguration ?? {};
  if (String(Enabled ?? false) !== 'true') return [];
  const isReadable = mayReadAlarms(env, d);
  const ignored = String(IgnorePollAlarmFailure ?? false) === 'true';
  return (Alarms as { Name: string }[])
    .map(({ Name }) => Name)
    .filter((name) => {
      const state = isReadable ? alarmState(env, name) : undefined;
      return state === 'ALARM' || (state === undefined && !ignored);
    });
}

/** Stops the deployment as soon as one of its group's alarms is in ALARM, at its start too. Ends with the deployment. */
export function stopOnAlarm(env: Environment, d: DeploymentRecord): void {
  const look = () => {
    if (!isUnderway(d) || d.stop.signal.aborted || env.cloud.signal.aborted) return clearInterval(timer);
    const found = active(env, d);
    if (!found.length) return;
    d.activeAlarms = found;
    d.stop.abort();
  };
  const timer = setInterval(look, pause).unref();
  look();
}

/** Words of the error with which CodeDeploy says so. */
export const alarmMessage = (names: string[]) =>
  'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, ' +
  `and the affected deployments have been stopped. Activated alarms: <${names.join(', ')}>`;

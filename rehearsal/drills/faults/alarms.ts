import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { Fault, Seed } from '../fault';
import { admin, find, removed, shifting } from '../seeds';

const ofDeploymentGroup: Seed = async ({ env }) => {
  await shifting(env);
  const group = find(env, 'AWS::CodeDeploy::DeploymentGroup', ({ model }) =>
    String(model.DeploymentGroupName).startsWith('payment-api-'),
  );
  const AlarmName: string = group.model.AlarmConfiguration.Alarms[0].Name;
  const set = (StateValue: 'ALARM' | 'OK') =>
    admin(env, CloudWatchClient).send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a drill' }));
  await set('ALARM');
  return async () => void (await set('OK'));
};

export const alarms: Fault[] = [
  {
    name: 'alarm-deleted',
    fault: 'an alarm of a service is gone',
    // DeleteAlarms
    seed: removed('AWS::CloudWatch::Alarm', ({ id }) => /fraud-detection/.test(id) && !id.startsWith('TargetTracking')),
    caughtBy: { suite: 'alarms', says: /alarm \S*fraud-detection\S*: exists/ },
  },
  {
    name: 'alarm-during-the-shift',
    fault: 'an alarm of the new version is raised while traffic shifts',
    seed: ofDeploymentGroup,
    seededAt: 'promotion',
    shifts: true,
    caughtBy: { action: 'promotion', says: /alarms? (have|has) been activated/i },
  },
];

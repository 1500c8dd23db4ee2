import { letters } from '../../hash';
import type { Environment } from '../../state';
import type { DeploymentRecord } from './state';

/** Of an ECS deployment. Source: AWS CodeDeploy User Guide, "List of lifecycle event hooks for an Amazon ECS deployment". */
const lifecycle = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
];

type Given = Pick<
  DeploymentRecord,
  | 'group'
  | 'configName'
  | 'revision'
  | 'description'
  | 'creator'
  | 'autoRollback'
  | 'service'
  | 'blue'
  | 'blueTargetGroupArn'
  | 'greenTargetGroupArn'
>;

/** A deployment that has not begun. */
export function newRecord(env: Environment, given: Given): DeploymentRecord {
  const { group, configName, revision, description, creator, autoRollback } = given;
  const { service, blue, blueTargetGroupArn, greenTargetGroupArn } = given;
  return {
    ...{ group, configName, revision, description, creator, autoRollback },
    ...{ service, blue, blueTargetGroupArn, greenTargetGroupArn },
    id: `d-${letters(`${service.arn} ${env.cloud.unique()} ${Date.now()}`, 9)}`,
    status: 'Created',
    createTime: env.cloud.clock.now(),
    events: lifecycle.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' })),
    greenPercent: 0,
    terminationWaitStarted: false,
    stop: new AbortController(),
    proceed: new AbortController(),
  };
}

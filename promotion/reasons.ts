import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '../declarations/system';
import { describeUnhealthy, whyNotUp } from './decisions/reasons';
import { targetsOf } from './task-health';
import { tasksOf } from './tasks';
import type { Work } from './work';

/** All that AWS tells about why a revision did not come up. */
export async function whyNotHealthy(
  work: Work,
  service: Service,
  revision: string,
  targetGroupArns: string[],
  deployment?: DeploymentInfo,
): Promise<string[]> {
  const told = whyNotUp(deployment, await tasksOf(work, service, 'STOPPED'), revision);
  return [...told, ...describeUnhealthy(await targetsOf(work, targetGroupArns))];
}

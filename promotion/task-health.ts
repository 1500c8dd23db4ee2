import { DescribeTargetHealthCommand, type TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '../declarations/system';
import { type Observation, observationOf } from './decisions/task-health';
import { tasksOf } from './tasks';
import type { Work } from './work';

/**
 * Looks at the service's tasks.
 * @param targetGroupArns where they are targets; none for an internal service.
 * @param revision only tasks of this task definition. @default all
 */
export async function observe(
  work: Work,
  service: Service,
  targetGroupArns: string[],
  revision?: string,
): Promise<Observation> {
  const running = await tasksOf(work, service, 'RUNNING');
  const stopped = await tasksOf(work, service, 'STOPPED');
  const targets = targetGroupArns.length ? await targetsOf(work, targetGroupArns) : undefined;
  return observationOf({ stopped, running }, targets, revision);
}

/** The targets of some target groups, with their health. */
export async function targetsOf(
  { clients }: Pick<Work, 'clients'>,
  targetGroupArns: string[],
): Promise<TargetHealthDescription[]> {
  const targets: TargetHealthDescription[] = [];
  for (const TargetGroupArn of targetGroupArns) {
    const health = await clients.elasticLoadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    targets.push(...(health.TargetHealthDescriptions ?? []));
  }
  return targets;
}

import { randomUUID } from 'node:crypto';
import type { ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import type { Environment } from '../../state';

/** What was scaled, newest first: AWS tells of the last six weeks. */
export function activities(env: Environment): ScalingActivity[] {
  const shelf = env.shelf<ScalingActivity[]>('application-auto-scaling/activities');
  const found = shelf.get('all') ?? [];
  shelf.set('all', found);
  return found;
}

/** Notes that a count was set. */
export function noteActivity(env: Environment, resourceId: string, desiredCount: number, cause: string): void {
  const now = env.cloud.clock.now();
  activities(env).unshift({
    ActivityId: randomUUID(),
    ServiceNamespace: 'ecs',
    ResourceId: resourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    Description: `Setting desired count to ${desiredCount}.`,
    Cause: cause,
    StartTime: now,
    EndTime: now,
    StatusCode: 'Successful',
    StatusMessage: `Successfully set desired count to ${desiredCount}. Change successfully fulfilled by ecs.`,
  });
}

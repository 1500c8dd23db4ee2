import { randomUUID } from 'node:crypto';
import type { NotScaledReason, ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import type { Environment } from '../../state';

/** What was scaled, newest first: AWS tells of the last six weeks. */
export function activities(env: Environment): ScalingActivity[] {
  const shelf = env.shelf<ScalingActivity[]>('application-auto-scaling/activities');
  const found = shelf.get('all') ?? [];
  shelf.set('all', found);
  return found;
}

/** The newest of them are kept. */
const kept = 1000;

function note(env: Environment, activity: ScalingActivity): void {
  activities(env).unshift(activity);
  activities(env).length = Math.min(activities(env).length, kept);
}

/** Notes that a count was set. */
export function noteActivity(env: Environment, resourceId: string, desiredCount: number, cause: string): void {
  const now = env.cloud.clock.now();
  note(env, {
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

/**
 * Notes that an alarm triggered a policy and nothing was scaled. Source: Application Auto Scaling User Guide, "Scaling
 * activities", include not scaled activities.
 */
export function noteNotScaled(env: Environment, resourceId: string, reason: NotScaledReason, cause: string): void {
  note(env, {
    ActivityId: randomUUID(),
    ServiceNamespace: 'ecs',
    ResourceId: resourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    Description: 'Attempting to scale due to alarm triggered',
    Cause: cause,
    StartTime: env.cloud.clock.now(),
    StatusCode: 'Failed',
    NotScaledReasons: [reason],
  });
}

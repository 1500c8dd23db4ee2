import type { Service as EcsService, TaskSet } from '@aws-sdk/client-ecs';

/** The task set that production traffic reaches. */
export const primaryTaskSet = (live: Pick<EcsService, 'taskSets'>): TaskSet | undefined =>
  live.taskSets?.find((t) => t.status === 'PRIMARY');

/** The task set that runs a revision. */
export const taskSetOf = (live: Pick<EcsService, 'taskSets'>, revision: string): TaskSet | undefined =>
  live.taskSets?.find((t) => t.taskDefinition === revision);

/** The revision that serves: the primary task set's (CODE_DEPLOY) or the primary deployment's (ECS). */
export function runningRevision(live: EcsService): string | undefined {
  return primaryTaskSet(live)?.taskDefinition ?? live.deployments?.find((d) => d.status === 'PRIMARY')?.taskDefinition;
}

/** 'payment-api-dev:12' of a task definition's ARN. */
export const shortRevision = (arn: string | undefined): string => arn?.split('/').pop() ?? 'nothing';

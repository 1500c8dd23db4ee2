import type { Environment } from '../../state';
import { targetStates } from './registration';
import type { EcsTask } from './state';

/** A real process needs this long to answer, whatever the speed (milliseconds): load balancers ask from the start. */
const leastTargetGrace = 4000;

/** Why ECS replaces a task that runs, or nothing. The grace period ignores load balancers and containers alike. */
export function illness(env: Environment, task: EcsTask): { event: string; reason: string } | undefined {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus === 'STOPPED') return undefined;
  const { clock } = env.cloud;
  const age = clock.now().getTime() - (task.startedAt?.getTime() ?? 0);
  const grace = clock.milliseconds(task.service.healthCheckGracePeriodSeconds);
  if (age < grace) return undefined;
  if (task.healthStatus === 'UNHEALTHY') {
    return { event: 'failed container health checks.', reason: 'Task failed container health checks' };
  }
  if (age < leastTargetGrace) return undefined;
  const bad = targetStates(env, task).find((t) => t.state === 'unhealthy');
  if (!bad) return undefined;
  const where = `ELB health checks in (target-group ${bad.targetGroupArn})`;
  return { event: `failed ${where}.`, reason: `Task failed ${where}` };
}

/** Whether a task counts for its service: running, its containers healthy, and its targets healthy or unused. */
export function isHealthy(env: Environment, task: EcsTask): boolean {
  const checked = task.taskDefinition.containerDefinitions!.some((c) => c.essential && c.healthCheck?.command?.length);
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus === 'STOPPED') return false;
  if (checked && task.healthStatus !== 'HEALTHY') return false;
  return targetStates(env, task).every((t) => t.state === 'healthy' || t.state === 'unused');
}

/** A task is as healthy as its essential containers that have a check. */
export function updateHealth(task: EcsTask): void {
  const checked = task.containers.filter(
    (c, i) => c.essential && task.taskDefinition.containerDefinitions![i]!.healthCheck?.command?.length,
  );
  if (!checked.length) return;
  if (checked.some((c) => c.healthStatus === 'UNHEALTHY')) task.healthStatus = 'UNHEALTHY';
  else task.healthStatus = checked.every((c) => c.healthStatus === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

// Where others find a task: target groups and Cloud Map.
import type { Environment } from '../../state';
import { deregisterTarget, registerTarget, targetHealth } from '../elastic-load-balancing-v2';
import { deregisterInstance, registerInstance } from '../service-discovery';
import { event, subject, type EcsTask } from './state';

/** Enters a running task into the target groups and registries of its workload. */
export function registerTask(env: Environment, task: EcsTask): void {
  for (const { targetGroupArn, containerPort } of task.workload.loadBalancers) {
    const port = containerPort!;
    registerTarget(env, targetGroupArn!, { id: task.ip!, port, availabilityZone: task.zone });
    task.registered.push({ targetGroupArn: targetGroupArn!, port });
    event(
      env,
      task.service,
      `${subject(task.service, task.workload)} registered 1 targets in (target-group ${targetGroupArn})`,
    );
  }
  for (const { registryArn, containerPort } of task.workload.registries) {
    registerInstance(env, registryArn!, task.id, { ip: task.ip!, port: containerPort });
  }
}

/** The names of Cloud Map stop resolving to the task. */
export function leaveNames(env: Environment, task: EcsTask): void {
  for (const { registryArn } of task.workload.registries) deregisterInstance(env, registryArn!, task.id);
}

/** Takes a task out of its target groups. Resolves when their connections have drained. */
export async function deregisterTask(env: Environment, task: EcsTask): Promise<void> {
  const words = subject(task.service, task.workload);
  event(env, task.service, `${words} has begun draining connections on 1 tasks.`);
  await Promise.all(
    task.registered.splice(0).map(async ({ targetGroupArn, port }) => {
      event(env, task.service, `${words} deregistered 1 targets in (target-group ${targetGroupArn})`);
      // A target group that was deleted meanwhile drains nothing.
      await Promise.resolve(deregisterTarget(env, targetGroupArn, { id: task.ip!, port })).catch(() => {});
    }),
  );
}

export interface TargetState {
  targetGroupArn: string;
  state: string;
}

/** What the load balancers say about the task. `unused`: its group is on no listener, so nobody asks it. */
export function targetStates(env: Environment, task: EcsTask): TargetState[] {
  return task.registered.map(({ targetGroupArn, port }) => {
    const found = targetHealth(env, targetGroupArn).find((t) => t.id === task.ip && t.port === port);
    return { targetGroupArn, state: found?.state ?? 'initial' };
  });
}

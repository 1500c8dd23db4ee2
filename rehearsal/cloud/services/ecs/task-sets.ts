// Task sets: what an external controller, CodeDeploy here, runs for a service.
import type { CapacityProviderStrategyItem, AwsVpcConfiguration, LoadBalancer } from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import { AwsError } from '../../wire/service';
import { tasksOf, type EcsService, type Workload } from './state';
import { activeTaskDefinition } from './task-definitions';
import { stop } from './tasks';
import { newWorkload } from './workload';

export interface TaskSetOptions {
  /** ARN, family:revision, or family: its latest active revision, as of now. */
  taskDefinition: string;
  loadBalancers: LoadBalancer[];
  network?: AwsVpcConfiguration;
  capacity?: CapacityProviderStrategyItem[];
  platformVersion?: string;
  externalId?: string;
  startedBy: string;
}

/** Adds a task set that wants the service's whole desired count. Throws ClientException for an unknown revision. */
export function createTaskSet(env: Environment, service: EcsService, options: TaskSetOptions): Workload {
  const taskSet = newWorkload(env, service, 'task set', {
    taskDefinition: activeTaskDefinition(env, options.taskDefinition),
    network: options.network ?? service.network,
    capacity: options.capacity ?? [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }],
    loadBalancers: options.loadBalancers,
    registries: service.registries,
    platformVersion: options.platformVersion ?? service.platformVersion,
  });
  const { externalId, startedBy } = options;
  const status = service.workloads.length ? 'ACTIVE' : 'PRIMARY';
  Object.assign(taskSet, { externalId, startedBy, status, desiredCount: service.desiredCount });
  service.workloads.push(taskSet);
  service.wake();
  return taskSet;
}

/** The task set that serves. Throws where the service has none. */
export function primaryTaskSet(service: EcsService): Workload {
  const found = service.workloads.find((w) => w.status === 'PRIMARY');
  if (found) return found;
  throw new AwsError('InvalidParameterException', `The service ${service.name} has no primary task set.`);
}

/** Makes a task set the one that serves; the service describes itself by it. */
export function makePrimary(env: Environment, service: EcsService, taskSet: Workload): void {
  for (const w of service.workloads) w.status = w === taskSet ? 'PRIMARY' : 'ACTIVE';
  taskSet.updatedAt = env.cloud.clock.now();
  const { loadBalancers, network, capacity, platformVersion } = taskSet;
  const taskDefinition = taskSet.taskDefinition.taskDefinitionArn!;
  Object.assign(service, { taskDefinition, loadBalancers, network, capacity, platformVersion });
}

/** Drains and stops a task set's tasks and takes it off the service. Resolves when they have stopped. */
export async function deleteTaskSet(env: Environment, service: EcsService, taskSet: Workload): Promise<void> {
  taskSet.status = 'DRAINING';
  taskSet.desiredCount = 0;
  const reason = `Scaling activity initiated by (deployment ${taskSet.id})`;
  await Promise.all(tasksOf(env, taskSet).map((t) => stop(env, t, 'ServiceSchedulerInitiated', reason)));
  service.workloads = service.workloads.filter((w) => w !== taskSet);
}

// Deployments of the ECS controller: the new revision's tasks take over within the healthy percentages.
import type { Environment } from '../../state';
import { isHealthy } from './health-of-task';
import { scaleTo } from './scheduler';
import { event, subject, tasksOf, type EcsService, type Workload } from './state';
import { newWorkload, type WorkloadOptions } from './workload';

/** Makes a deployment of the service's configuration the primary one. */
export function deploy(env: Environment, service: EcsService, options: WorkloadOptions): Workload {
  for (const w of service.workloads) w.status = 'ACTIVE';
  const workload = newWorkload(env, service, 'deployment', options);
  workload.desiredCount = service.desiredCount;
  workload.rolloutState = 'IN_PROGRESS';
  workload.rolloutStateReason = `ECS deployment ${workload.id} in progress.`;
  service.workloads.unshift(workload);
  service.broken = undefined;
  service.wake();
  return workload;
}

/** One step of the service's deployments. */
export function rollingStep(env: Environment, service: EcsService): void {
  const [primary, ...older] = service.workloads;
  if (!primary) return;
  if (primary.rolloutState !== 'FAILED') primary.desiredCount = service.desiredCount;
  if (isBroken(service, primary)) return breakOff(env, service, primary);

  const { maximumPercent = 200, minimumHealthyPercent = 100 } = service.deploymentConfiguration;
  const most = Math.max(1, Math.floor((service.desiredCount * maximumPercent) / 100));
  const least = Math.ceil((service.desiredCount * minimumHealthyPercent) / 100);
  const all = tasksOf(env, service);
  const running = all.filter((t) => t.desiredStatus === 'RUNNING');
  const old = running.filter((t) => t.workload !== primary);
  scaleTo(env, service, primary, primary.desiredCount, Math.max(0, most - running.length));

  const healthy = running.filter((t) => isHealthy(env, t));
  const healthyNew = healthy.filter((t) => t.workload === primary).length;
  let surplus = Math.max(
    0,
    Math.min(old.length, Math.max(healthy.length - least, healthyNew >= primary.desiredCount ? old.length : 0)),
  );
  // Without room to start the new ones, old ones go first as far as the minimum allows.
  for (const w of older) {
    const own = old.filter((t) => t.workload === w);
    const go = Math.min(own.length, surplus);
    surplus -= go;
    w.desiredCount = own.length - go;
    scaleTo(env, service, w, w.desiredCount);
  }
  service.workloads = [primary, ...older.filter((w) => tasksOf(env, w).length)];
  if (primary.rolloutState === 'IN_PROGRESS' && primary.stable) {
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    primary.updatedAt = env.cloud.clock.now();
    event(env, service, `${subject(service)} (deployment ${primary.id}) deployment completed.`);
    completed.set(service, primary);
  }
}

/** The last deployment that completed: what a rollback goes back to. */
const completed = new WeakMap<EcsService, Workload>();

/** Failed tasks in a row that end a deployment: half the desired count, at least 3, at most 200. */
export const failureThreshold = (desiredCount: number) => Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));

const isBroken = (service: EcsService, primary: Workload) =>
  primary.rolloutState === 'IN_PROGRESS' &&
  service.deploymentConfiguration.deploymentCircuitBreaker?.enable === true &&
  primary.failures >= failureThreshold(service.desiredCount);

function breakOff(env: Environment, service: EcsService, failed: Workload): void {
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  failed.desiredCount = 0;
  event(env, service, `${subject(service)} (deployment ${failed.id}) deployment failed: tasks failed to start.`);
  scaleTo(env, service, failed, 0);
  const back = completed.get(service);
  if (back && service.deploymentConfiguration.deploymentCircuitBreaker?.rollback) {
    const workload = deploy(env, service, back);
    workload.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${back.id}.`;
    service.taskDefinition = back.taskDefinition.taskDefinitionArn!;
    event(env, service, `${subject(service)} rolling back to deployment ${workload.id}.`);
  }
  service.broken = failed.rolloutStateReason;
}

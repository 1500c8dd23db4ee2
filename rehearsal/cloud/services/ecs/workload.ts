import { hash } from '../../hash';
import type { Environment } from '../../state';
import type { EcsService, Workload } from './state';

export type WorkloadOptions = Pick<
  Workload,
  'taskDefinition' | 'network' | 'capacity' | 'loadBalancers' | 'registries' | 'platformVersion'
>;

/** A workload that has no tasks yet. */
export function newWorkload(
  env: Environment,
  service: EcsService,
  kind: Workload['kind'],
  options: WorkloadOptions,
): Workload {
  const { taskDefinition, network, capacity, loadBalancers, registries, platformVersion } = options;
  const now = env.cloud.clock.now();
  const number = BigInt(`0x${hash(`${service.arn} ${env.cloud.unique()} ${now.getTime()}`, 15)}`);
  return {
    id: `ecs-svc/${String(number).padStart(19, '1').slice(-19)}`,
    kind,
    status: 'PRIMARY',
    taskDefinition,
    network,
    capacity,
    loadBalancers,
    registries,
    platformVersion,
    scale: 100,
    desiredCount: 0,
    createdAt: now,
    updatedAt: now,
    failures: 0,
    notBefore: 0,
    stable: false,
  };
}

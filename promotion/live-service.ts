import { DescribeServicesCommand, type Service as EcsService } from '@aws-sdk/client-ecs';
import type { Service } from '../declarations/system';
import type { Work } from './work';

/** The ECS service as it is now. Throws where there is none. */
export async function liveService({ clients, stage }: Work, service: Pick<Service, 'name'>): Promise<EcsService> {
  const found = await findService({ clients, stage }, service);
  if (found) return found;
  throw new Error(
    `Cluster ${stage.names.cluster} has no service ${stage.names.service(service)}: was its stack deployed?`,
  );
}

/** The ECS service as it is now, or undefined where there is none (anymore). */
export async function findService(
  { clients, stage }: Pick<Work, 'clients' | 'stage'>,
  service: Pick<Service, 'name'>,
): Promise<EcsService | undefined> {
  const request = { cluster: stage.names.cluster, services: [stage.names.service(service)] };
  const { services = [] } = await clients.ecs.send(new DescribeServicesCommand(request));
  return services.find((s) => s.status === 'ACTIVE');
}

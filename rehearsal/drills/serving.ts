import { DescribeServicesCommand, ECSClient, ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import type { Environment } from '../cloud/state';
import { administratorSettings } from '../session/toolkit';

/** Revision that serves, by the name of the ECS service. */
export async function serving(env: Environment): Promise<Map<string, string>> {
  const client = new ECSClient(administratorSettings(env));
  const { clusterArns = [] } = await client.send(new ListClustersCommand({}));
  const found = new Map<string, string>();
  for (const cluster of clusterArns) {
    const { serviceArns = [] } = await client.send(new ListServicesCommand({ cluster }));
    const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    for (const { serviceName, taskSets, taskDefinition } of services) {
      found.set(serviceName!, taskSets?.find((t) => t.status === 'PRIMARY')?.taskDefinition ?? taskDefinition!);
    }
  }
  client.destroy();
  return found;
}

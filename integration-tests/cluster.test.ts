import { DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { about } from './support/about';
import { declaredCapacity, foundCapacity } from './support/capacity';
import { cli, ecs, names, system } from './support/stage';

const look = cli(`ecs describe-clusters --clusters ${names.cluster} --include SETTINGS`);
const describeCluster = async () => {
  const { clusters } = await ecs.send(
    new DescribeClustersCommand({ clusters: [names.cluster], include: ['SETTINGS'] }),
  );
  return clusters?.[0];
};

describe('cluster', () => {
  it('is active and watched by Container Insights', async () => {
    const cluster = await describeCluster();
    await about({ resource: `${names.cluster}: status`, look }, () => expect(cluster?.status).toBe('ACTIVE'));
    const insights = cluster?.settings?.find((s) => s.name === 'containerInsights')?.value;
    await about({ resource: `${names.cluster}: Container Insights`, look }, () =>
      expect(insights).toMatch(/^(enabled|enhanced)$/),
    );
  });

  it('has the capacity providers that its services use', async () => {
    const cluster = await describeCluster();
    const used = [...new Set(system.services.flatMap((s) => s.capacity.map((c) => c.provider)))];
    const missing = used.filter((provider) => !cluster?.capacityProviders?.includes(provider));
    await about({ resource: `${names.cluster}: capacity providers that are missing`, look }, () =>
      expect(missing).toEqual([]),
    );
    await about({ resource: `${names.cluster}: default capacity provider strategy`, look }, () => {
      expect(foundCapacity(cluster?.defaultCapacityProviderStrategy)).toEqual(declaredCapacity(system.services[0]!));
    });
  });
});

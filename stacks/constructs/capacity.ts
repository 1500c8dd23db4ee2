import type { Service } from '../../declarations/system';

/** A service's capacity as ECS's capacity provider strategy. */
export const capacityProviderStrategy = ({ capacity }: Pick<Service, 'capacity'>) =>
  capacity.map(({ provider, base, weight }) => ({ capacityProvider: provider, base, weight }));

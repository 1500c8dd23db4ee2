import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import type { Service } from '../../declarations/system';

/** A capacity provider strategy in words: what ECS tells, and what is declared. */
export const foundCapacity = (strategy: CapacityProviderStrategyItem[] | undefined) =>
  strategy?.map((c) => `${c.capacityProvider} base ${c.base ?? 0} weight ${c.weight ?? 0}`);
export const declaredCapacity = ({ capacity }: Pick<Service, 'capacity'>) =>
  capacity.map((c) => `${c.provider} base ${c.base} weight ${c.weight}`);

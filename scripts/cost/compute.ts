import { hours } from './assumptions';
import { shares, type StrategyItem } from './capacity';
import type { Line } from './lines';
import { resourcesOf, type Template } from './template';

/** A service as its templates describe it. */
export interface ServiceTasks {
  name: string;
  /** Fewest tasks, and how many of them run on which capacity provider. */
  tasks: number;
  providers: Record<string, number>;
  vcpu: number;
  gb: number;
}

/** The ECS services in the templates. Throws where one has no task definition, no scaling or no capacity provider strategy. */
export function servicesIn(templates: Template[]): ServiceTasks[] {
  return templates.flatMap((template) =>
    resourcesOf([template], 'AWS::ECS::Service').map((service) => {
      const name = String(service.ServiceName);
      const definitions = resourcesOf([template], 'AWS::ECS::TaskDefinition');
      const definition = definitions.find(({ Family }) => Family === name);
      const target = resourcesOf([template], 'AWS::ApplicationAutoScaling::ScalableTarget').find(({ ResourceId }) =>
        JSON.stringify(ResourceId).includes(`/${name}"`),
      );
      const strategy: StrategyItem[] = service.CapacityProviderStrategy ?? [];
      if (!definition || !target || !strategy.length)
        throw new Error(
          `Service ${name} has no task definition of its name, no scaling or no capacity in its template`,
        );
      return {
        name,
        tasks: target.MinCapacity,
        providers: shares(target.MinCapacity, strategy),
        vcpu: Number(definition.Cpu) / 1024,
        gb: Number(definition.Memory) / 1024,
      };
    }),
  );
}

/** What the services' tasks cost: vCPU and memory, on demand and on Spot. */
export function computeLines(services: ServiceTasks[]): Line[] {
  return services.flatMap(({ name, providers, vcpu, gb }) =>
    Object.entries(providers)
      .filter(([, tasks]) => tasks > 0)
      .flatMap(([provider, tasks]): Line[] => {
        const spot = provider === 'FARGATE_SPOT';
        const group = spot ? 'Compute, Spot' : 'Compute, on demand';
        const what = `${name}: ${tasks} × ${vcpu} vCPU / ${gb} GB`;
        return [
          {
            group,
            what,
            price: spot ? 'fargate-spot-vcpu-hour' : 'fargate-vcpu-hour',
            quantity: tasks * vcpu * hours,
          },
          { group, what, price: spot ? 'fargate-spot-gb-hour' : 'fargate-gb-hour', quantity: tasks * gb * hours },
        ];
      }),
  );
}

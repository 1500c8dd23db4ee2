import type { Environment } from './environment';
import type { Service, System } from './system';

/** CPU units and MiB of a task of the service in the environment. */
export function taskSize(service: Service, environment: Environment): { cpu: number; memory: number } {
  if (environment.taskSize === 'declared') return { cpu: service.cpu, memory: service.memory };
  return { cpu: Math.max(512, service.cpu / 2), memory: Math.max(1024, service.memory / 2) };
}

/** Fewest and most tasks of the service in the environment. An environment never asks for more tasks than the service declares. */
export function taskRange(service: Service, environment: Environment): { minimum: number; maximum: number } {
  const { minimum = service.scaling.minimum, maximum = service.scaling.maximum } = environment.tasks;
  return { minimum: Math.min(minimum, service.scaling.minimum), maximum: Math.min(maximum, service.scaling.maximum) };
}

/** Where a public service's requests begin: '/api/payments/' for '/api/payments/*'. */
export const basePath = ({ path }: Pick<Service, 'path'>): string => path!.slice(0, -1);

/** Does the service connect to the system's database? */
export const usesDatabase = ({ secrets }: Pick<Service, 'secrets'>): boolean =>
  Object.values(secrets).includes('database');

/** Has the system a stack for data? */
export const hasData = ({ database, secrets }: Pick<System, 'database' | 'secrets'>): boolean =>
  Boolean(database) || secrets.length > 0;

/** Kinds of the stacks that the system has in each environment, in an order in which they can be deployed. */
export const stackKinds = (system: System): string[] => [
  'access',
  'network',
  ...(hasData(system) ? ['data'] : []),
  'platform',
  ...system.services.map(({ name }) => name),
  ...(system.dashboard ? ['observability'] : []),
];

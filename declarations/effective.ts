import type { Environment } from './environment';
import type { Service } from './system';

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

import type { Environment, Resource } from '../state';

// Calls what a resource type's module does beyond the store.

export async function created(resource: Resource, env: Environment, signal: AbortSignal): Promise<void> {
  await env.cloud.resourceTypes.get(resource.type)?.created?.(resource, env, signal);
}

export async function updated(
  resource: Resource,
  before: Resource,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  await env.cloud.resourceTypes.get(resource.type)?.updated?.(resource, before, env, signal);
}

/** Refuses or ends what the resource does, then takes it out of the store. */
export async function remove(resource: Resource, env: Environment): Promise<void> {
  const own = env.cloud.resourceTypes.get(resource.type);
  own?.beforeDelete?.(resource, env);
  await own?.deleted?.(resource, env);
  env.remove(resource);
}

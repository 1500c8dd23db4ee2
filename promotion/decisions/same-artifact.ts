import type { Task } from '@aws-sdk/client-ecs';
import type { Evidence } from '../../declarations/evidence';
import type { Service } from '../../declarations/system';

/** Digests that the tasks of a service's new revision run. */
export interface Running {
  service: string;
  digests: string[];
}

/**
 * Compares what runs in a stage with what was promoted in the one before it. Nothing where each service runs the same digest; else a line for
 * each that does not, with both digests.
 */
export function differences(stage: string, running: Running[], before: Evidence): string[] {
  if (before.outcome !== 'promoted') return [`${before.stage} was not promoted in this execution: ${before.outcome}`];
  return running.flatMap(({ service, digests }) => {
    const promoted = before.services.find(({ name }) => name === service);
    if (promoted?.digest && digests.length === 1 && digests[0] === promoted.digest) return [];
    const here = digests.join(' and ') || 'no image, because no task of the new revision runs';
    const there = promoted ? (promoted.digest ?? 'no digest') : 'no such service';
    return [`${service}: ${stage} runs ${here}; ${before.stage}'s evidence has ${there}`];
  });
}

/** Digests that the service's container runs, or ran, in tasks of the revision; each once. */
export function digestsIn(tasks: Task[], { name }: Pick<Service, 'name'>, revision: string): string[] {
  const containers = tasks.filter((t) => t.taskDefinitionArn === revision).flatMap((t) => t.containers ?? []);
  const digests = containers.filter((c) => c.name === name).flatMap((c) => c.imageDigest ?? []);
  return [...new Set(digests)].sort();
}

import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';

/** The next task's provider: bases first, then so that the rest comes nearest to the weights. */
export function nextCapacityProvider(strategy: CapacityProviderStrategyItem[], running: string[]): string {
  const count = (name?: string) => running.filter((r) => r === name).length;
  const based = strategy.find((s) => count(s.capacityProvider) < (s.base ?? 0));
  if (based) return based.capacityProvider!;
  const share = (s: CapacityProviderStrategyItem) =>
    (count(s.capacityProvider) - (s.base ?? 0) + 1) / Math.max(s.weight ?? 0, Number.EPSILON);
  const [best] = [...strategy].sort((a, b) => share(a) - share(b));
  return best?.capacityProvider ?? 'FARGATE';
}

/** The next task's zone: the one with the fewest tasks. */
export function leastUsed<T extends { zone: string }>(places: T[], used: string[]): T | undefined {
  const count = (zone: string) => used.filter((z) => z === zone).length;
  return [...places].sort((a, b) => count(a.zone) - count(b.zone))[0];
}

/** Which task goes first when there are too many: unhealthy ones, then those of the fullest zone, then the newest. */
export function firstToStop<T extends { zone: string; createdAt: Date; wasHealthy: boolean }>(
  tasks: T[],
): T | undefined {
  const count = (zone: string) => tasks.filter((t) => t.zone === zone).length;
  const rank = (a: T, b: T) =>
    Number(a.wasHealthy) - Number(b.wasHealthy) ||
    count(b.zone) - count(a.zone) ||
    b.createdAt.getTime() - a.createdAt.getTime();
  return [...tasks].sort(rank)[0];
}

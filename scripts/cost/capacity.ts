export interface StrategyItem {
  CapacityProvider: string;
  Base?: number;
  Weight?: number;
}

/**
 * How many of `tasks` run on each capacity provider: bases first, then the rest by weight, each task where most is missing.
 * Source: AWS, "Amazon ECS capacity providers for Fargate", on base and weight.
 */
export function shares(tasks: number, strategy: StrategyItem[]): Record<string, number> {
  const counts = Object.fromEntries(strategy.map(({ CapacityProvider: name }) => [name, 0]));
  let left = tasks;
  for (const { CapacityProvider: name, Base = 0 } of strategy) {
    const placed = Math.min(left, Base);
    counts[name]! += placed;
    left -= placed;
  }
  const total = strategy.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  const rest = left;
  const placed = Object.fromEntries(strategy.map(({ CapacityProvider: name }) => [name, 0]));
  const missing = ({ CapacityProvider: name, Weight = 0 }: StrategyItem) => (rest * Weight) / total - placed[name]!;
  for (; left > 0 && total > 0; left--) {
    const { CapacityProvider: name } = strategy.reduce((most, item) => (missing(item) > missing(most) ? item : most));
    placed[name]!++;
    counts[name]!++;
  }
  return counts;
}

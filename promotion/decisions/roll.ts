import type { Deployment, Service as EcsService } from '@aws-sdk/client-ecs';
import { shortRevision } from './serving';

/** How far a rolling service is on its way to a revision. */
export type Roll = { state: 'done' | 'rolling' } | { state: 'failed'; reason: string };

/** The deployment that ECS brings the service to. */
export const primaryDeployment = (live: Pick<EcsService, 'deployments'>): Deployment | undefined =>
  live.deployments?.find((d) => d.status === 'PRIMARY');

/**
 * Reads a service's deployments. ECS keeps a COMPLETED primary one; others are on their way out.
 * @param begun whether the revision was seen as the primary one; until then ECS may still tell the state before.
 */
export function rollOf(live: Pick<EcsService, 'deployments'>, revision: string, begun: boolean): Roll {
  const primary = primaryDeployment(live);
  if (begun && primary?.rolloutState === 'FAILED')
    return { state: 'failed', reason: primary.rolloutStateReason ?? 'ECS gives no reason' };
  // A circuit breaker that has rolled back leaves the old revision as the primary one.
  if (begun && primary?.rolloutState === 'COMPLETED' && primary.taskDefinition !== revision) {
    return { state: 'failed', reason: `ECS rolled back to ${shortRevision(primary.taskDefinition)}` };
  }
  const settled = live.deployments?.length === 1 && primary?.runningCount === primary?.desiredCount;
  return { state: settled && primary?.taskDefinition === revision ? 'done' : 'rolling' };
}

/** What to do so that a rolling service runs the revision that was promoted last. */
export type PutBack = { kind: 'unknown' | 'nothing' } | { kind: 'roll'; to: string };

/** @param promoted none where nothing was promoted yet: there is nothing to go back to. */
export function decidePutBack(promoted: string | undefined, running: string | undefined): PutBack {
  if (!promoted) return { kind: 'unknown' };
  return promoted === running ? { kind: 'nothing' } : { kind: 'roll', to: promoted };
}

import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Rule, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AppSpec } from './app-spec';
import { releases } from './deployment';
import { shortRevision } from './serving';

/** What to do about one blue/green service's held deployment. */
export type Promotion =
  | { kind: 'nothing' }
  /** `before`: the revision to go back to; none where an earlier try of this step has shifted already. */
  | { kind: 'shift'; deploymentId: string; before?: string }
  | { kind: 'refuse'; reason: string };

/** Decides from the revision that shall serve, the one that does, and the deployment in flight. */
export function decidePromotion(
  wanted: AppSpec,
  primary: string | undefined,
  held: DeploymentInfo | undefined,
): Promotion {
  const revision = shortRevision(wanted.taskDefinition);
  const serves = primary === wanted.taskDefinition;
  if (!held && serves) return { kind: 'nothing' };
  if (!held) {
    const reason = `No deployment holds ${revision}; it was stopped or waited too long. Run the pipeline again to release it anew.`;
    return { kind: 'refuse', reason };
  }
  if (!releases(held, wanted)) {
    const reason = `Deployment ${held.deploymentId}, which is ${held.status}, is not of ${revision}. It is left alone: see who started it.`;
    return { kind: 'refuse', reason };
  }
  return { kind: 'shift', deploymentId: held.deploymentId!, before: serves ? undefined : primary };
}

/** The target groups, with their weights, that a rule forwards to. */
export const weightsOf = (rule: Rule | undefined): TargetGroupTuple[] =>
  rule?.Actions?.find((a) => a.Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];

/** Percent of the requests that reach a target group. */
export function shareOf(targetGroupArn: string | undefined, weights: TargetGroupTuple[]): number {
  const total = weights.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  const weight = weights.find((group) => group.TargetGroupArn === targetGroupArn)?.Weight ?? 0;
  return total ? Math.round((weight / total) * 100) : 0;
}

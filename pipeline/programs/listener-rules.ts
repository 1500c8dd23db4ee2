import { resolve } from './template';

export const listenerRule = 'AWS::ElasticLoadBalancingV2::ListenerRule';

/** ARNs of the target groups that get requests, sorted. CodeDeploy leaves the other group on the rule with weight 0. */
export type Forward = string[];

/** Written in a template or told by the API: both call their parts the same. */
interface WrittenAction {
  Type?: unknown;
  TargetGroupArn?: unknown;
  ForwardConfig?: { TargetGroups?: { TargetGroupArn?: unknown; Weight?: unknown }[] };
}

/** Where a listener rule's actions forward to. */
export function forwardOf(actions: unknown, physicalIds = new Map<string, string>()): Forward {
  const forwards = ((actions ?? []) as WrittenAction[]).filter(({ Type }) => Type === 'forward');
  const groups = forwards.flatMap(({ ForwardConfig, TargetGroupArn }) => {
    const weighted = ForwardConfig?.TargetGroups;
    if (!weighted?.length) return [TargetGroupArn];
    // A weight that is not given counts as 1 (Elastic Load Balancing, TargetGroupTuple).
    return weighted.filter(({ Weight }) => Number(Weight ?? 1) > 0).map((group) => group.TargetGroupArn);
  });
  return [...new Set(groups.map((group) => resolve(group, physicalIds)))].sort();
}

/** Logical ids of the target groups that the template's rule refers to. */
export function referredGroups(actions: unknown): string[] {
  return forwardOf(actions)
    .map((group) => /^\{"Ref":"(\w+)"\}$/.exec(group)?.[1])
    .filter((id) => id !== undefined);
}

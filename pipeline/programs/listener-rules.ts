import { resolve, type TemplateResource } from './template';

export const listenerRule = 'AWS::ElasticLoadBalancingV2::ListenerRule';

/** What forwards requests, by type, and which of its properties says where to. */
const forwarding: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancingV2::Listener': 'DefaultActions',
  [listenerRule]: 'Actions',
};

/** Whether resources of the type forward requests. */
export const forwards = (type: string): boolean => type in forwarding;

/** The actions of a listener or a rule in a template; nothing where the template lacks it. */
export const actionsOf = (resource?: TemplateResource): unknown =>
  resource && resource.Properties?.[forwarding[resource.Type]!];

/** ARNs of the target groups that get requests, sorted. CodeDeploy leaves the other group on the rule with weight 0. */
export type Forward = string[];

/** Written in a template or told by the API: both call their parts the same. */
interface WrittenAction {
  Type?: unknown;
  TargetGroupArn?: unknown;
  ForwardConfig?: { TargetGroups?: { TargetGroupArn?: unknown; Weight?: unknown }[] };
}

/** Where actions forward to. */
export function forwardOf(actions: unknown, physicalIds = new Map<string, string>()): Forward {
  const written = ((actions ?? []) as WrittenAction[]).filter(({ Type }) => Type === 'forward');
  const groups = written.flatMap(({ ForwardConfig, TargetGroupArn }) => {
    const weighted = ForwardConfig?.TargetGroups;
    if (!weighted?.length) return [TargetGroupArn];
    // A weight that is not given counts as 1 (Elastic Load Balancing, TargetGroupTuple).
    return weighted.filter(({ Weight }) => Number(Weight ?? 1) > 0).map((group) => group.TargetGroupArn);
  });
  return [...new Set(groups.map((group) => resolve(group, physicalIds)))].sort();
}

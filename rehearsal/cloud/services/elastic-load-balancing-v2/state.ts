import { Agent } from 'node:http';
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AccessLogEntry } from '../../runtime/access-log';
import type { ListenerServer } from '../../runtime/load-balancer';
import { WeightedChoice, type Rule } from '../../runtime/routing';
import type { Health } from '../../runtime/target-health';
import { hash } from '../../hash';
import type { Environment, Resource } from '../../state';

export const types = {
  loadBalancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  listener: 'AWS::ElasticLoadBalancingV2::Listener',
  rule: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  listenerCertificate: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
  targetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
};

export interface Target {
  /** Simulated address. */
  id: string;
  port: number;
  availabilityZone?: string;
  health: Health;
  /** Requests given to it that have not ended. */
  inFlight: number;
  agent: Agent;
  /** Ends its health checks. */
  leaving: AbortController;
}

/** What a target group remembers beside its resource. */
export interface TargetGroupState {
  /** By 'ip:port'. */
  targets: Map<string, Target>;
  /** Turn of the round robin. */
  turn: number;
}

/** What a load balancer remembers beside its resource. */
export interface LoadBalancerState {
  created: Date;
  /** Simulated address in each of its subnets. */
  addresses: { ip: string; subnetId: string }[];
  listeners: Map<string, ListenerServer>;
  /** Every request since it exists. */
  entries: AccessLogEntry[];
  /** How many of the entries are in the bucket. */
  written: number;
}

export const targetGroupState = (env: Environment, arn: string): TargetGroupState => {
  const shelf = env.shelf<TargetGroupState>('elastic-load-balancing-v2 target groups');
  const found = shelf.get(arn) ?? { targets: new Map(), turn: 0 };
  shelf.set(arn, found);
  return found;
};
export const loadBalancerStates = (env: Environment) =>
  env.shelf<LoadBalancerState>('elastic-load-balancing-v2 load balancers');
/** Weighted choice of each rule, by the rule's ARN. */
export const choiceOf = (env: Environment, ruleArn: string): WeightedChoice => {
  const shelf = env.shelf<WeightedChoice>('elastic-load-balancing-v2 choices');
  const found = shelf.get(ruleArn) ?? new WeightedChoice();
  shelf.set(ruleArn, found);
  return found;
};

export const rulesOf = (env: Environment, listenerArn: string): Resource[] =>
  env.list(types.rule).filter((r) => r.properties.ListenerArn === listenerArn);
export const listenersOf = (env: Environment, loadBalancerArn: string): Resource[] =>
  env.list(types.listener).filter((r) => r.properties.LoadBalancerArn === loadBalancerArn);

/** A listener's default rule has an ARN of its own. */
export const defaultRuleArn = (listenerArn: string) =>
  `${listenerArn.replace(':listener/', ':listener-rule/')}/${hash(listenerArn, 16)}`;

/** The rules that a listener follows now, the default one last. */
export function liveRules(env: Environment, listener: Resource): Rule[] {
  const own = rulesOf(env, listener.id).map((r) => ({
    arn: r.id,
    priority: Number(r.model.Priority),
    conditions: (r.model.Conditions ?? []) as RuleCondition[],
    actions: (r.model.Actions ?? []) as Action[],
  }));
  const last: Rule = {
    arn: defaultRuleArn(listener.id),
    priority: Infinity,
    conditions: [],
    actions: (listener.model.DefaultActions ?? []) as Action[],
  };
  return [...own, last];
}

/** Replaces the live actions of a rule, also of a default rule. Templates know nothing of it until they touch the rule. */
export function setActions(env: Environment, ruleArn: string, actions: Action[]): void {
  const rule = env.get(types.rule, ruleArn);
  if (rule) rule.model.Actions = actions;
  const listener = env.list(types.listener).find((l) => defaultRuleArn(l.id) === ruleArn);
  if (listener) listener.model.DefaultActions = actions;
}

import type { Action, RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Decision } from '../../runtime/load-balancer';
import { forwardTargets, matchingRule, type RoutedRequest, type Rule } from '../../runtime/routing';
import type { Environment, Resource } from '../../state';
import { AwsError } from '../../wire/service';
import { choiceOf, liveRules, setActions, types } from './state';
import { chooseTarget } from './targets';

export const listener = (env: Environment, arn: string): Resource => {
  const found = env.get(types.listener, arn);
  if (!found) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  return found;
};

/** What the listener's rules, as they are at this moment, do with a request. */
export function decide(env: Environment, listenerArn: string, request: RoutedRequest): Decision {
  const found = env.get(types.listener, listenerArn);
  const rule = found && matchingRule(liveRules(env, found), request);
  if (!rule) return { kind: 'forward', rulePriority: 0 };
  const rulePriority = Number.isFinite(rule.priority) ? rule.priority : 0;
  const action = [...rule.actions].sort((a, b) => Number(a.Order ?? 1) - Number(b.Order ?? 1)).at(-1);
  switch (action?.Type) {
    case 'fixed-response': {
      const { StatusCode, ContentType, MessageBody } = action.FixedResponseConfig ?? {};
      const answer = { status: Number(StatusCode ?? 200), contentType: ContentType, body: MessageBody };
      return { kind: 'fixed', rulePriority, ...answer };
    }
    case 'redirect': {
      const status = action.RedirectConfig?.StatusCode === 'HTTP_301' ? 301 : 302;
      return { kind: 'redirect', rulePriority, status, location: redirectLocation(action, found, request) };
    }
    default: {
      const groups = action ? forwardTargets(action) : [];
      const targetGroupArn = groups.length > 1 ? choiceOf(env, rule.arn).next(groups) : groups[0]?.TargetGroupArn;
      const target = targetGroupArn === undefined ? undefined : chooseTarget(env, targetGroupArn);
      return { kind: 'forward', rulePriority, targetGroupArn, target };
    }
  }
}

function redirectLocation(action: Action, { model }: Resource, request: RoutedRequest): string {
  const c: Partial<RedirectActionConfig> = action.RedirectConfig ?? {};
  const port = String(model.Port);
  const keep: Record<string, string> = {
    protocol: String(model.Protocol ?? 'HTTPS').toLowerCase(),
    host: request.host,
    port,
    path: request.path.slice(1),
    query: request.query.toString(),
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (all, name) => keep[name] ?? all);
  const protocol = fill(c.Protocol ?? '#{protocol}').toLowerCase();
  const query = fill(c.Query ?? '#{query}');
  return `${protocol}://${fill(c.Host ?? '#{host}')}:${fill(c.Port ?? '#{port}')}${fill(c.Path ?? '/#{path}')}${query && '?' + query}`;
}

const forwards = (rule: Rule, arns: string[]) =>
  rule.actions.some((a) => forwardTargets(a).some((t) => arns.includes(t.TargetGroupArn)));

/**
 * Sets the weights of every rule of the listener that forwards to one of the two groups, and leaves both on it, as
 * CodeDeploy does since 2022 (weights 100 and 0).
 */
export function shiftTraffic(
  env: Environment,
  listenerArn: string,
  to: { blueTargetGroupArn: string; greenTargetGroupArn: string; greenPercent: number },
): void {
  const { blueTargetGroupArn, greenTargetGroupArn, greenPercent } = to;
  const found = liveRules(env, listener(env, listenerArn)).filter((r) =>
    forwards(r, [blueTargetGroupArn, greenTargetGroupArn]),
  );
  const weighted = [
    { TargetGroupArn: blueTargetGroupArn, Weight: 100 - greenPercent },
    { TargetGroupArn: greenTargetGroupArn, Weight: greenPercent },
  ];
  for (const rule of found) {
    const others = rule.actions.filter((a) => !forwardTargets(a).length);
    setActions(env, rule.arn, [...others, forwardAction(weighted, rule.actions.at(-1)?.Order)]);
  }
}

/** A forward action as the API tells it. */
export const forwardAction = (groups: { TargetGroupArn: string; Weight: number }[], order?: number): Action => ({
  Type: 'forward',
  ...(order === undefined ? {} : { Order: Number(order) }),
  ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: false } },
});

/** Live weights of every rule of the listener that forwards, the default rule included. */
export function forwardWeights(
  env: Environment,
  listenerArn: string,
): { ruleArn: string; weights: Record<string, number> }[] {
  return liveRules(env, listener(env, listenerArn))
    .map((rule) => ({
      ruleArn: rule.arn,
      weights: Object.fromEntries(rule.actions.flatMap(forwardTargets).map((t) => [t.TargetGroupArn, t.Weight])),
    }))
    .filter(({ weights }) => Object.keys(weights).length);
}

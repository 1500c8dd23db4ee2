import type { Action, RuleCondition, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

/** What a listener's rule looks at. */
export interface RoutedRequest {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  host: string;
  headers: Record<string, string | string[] | undefined>;
  sourceIp: string;
}

/** One rule of a listener; the default rule has no conditions and the last priority. */
export interface Rule {
  arn: string;
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
}

/** The first rule by priority whose conditions all hold. The default rule always does. */
export function matchingRule(rules: Rule[], request: RoutedRequest): Rule | undefined {
  return [...rules]
    .sort((a, b) => a.priority - b.priority)
    .find((rule) => rule.conditions.every((c) => holds(c, request)));
}

function holds(condition: RuleCondition, request: RoutedRequest): boolean {
  const any = (values: string[] | undefined, text: string, ignoreCase = false) =>
    (values ?? condition.Values ?? []).some((value) => wildcard(value, ignoreCase).test(text));
  switch (condition.Field) {
    case 'path-pattern':
      return any(condition.PathPatternConfig?.Values, request.path);
    case 'host-header':
      return any(condition.HostHeaderConfig?.Values, request.host, true);
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? condition.Values ?? []).includes(request.method);
    case 'http-header': {
      const sent = request.headers[condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''];
      return [sent ?? []].flat().some((text) => any(condition.HttpHeaderConfig?.Values, text, true));
    }
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) =>
        [...request.query].some(
          ([key, value]) => (Key === undefined || wildcard(Key, true).test(key)) && wildcard(Value, true).test(value),
        ),
      );
    case 'source-ip':
      return (condition.SourceIpConfig?.Values ?? condition.Values ?? []).some((cidr) =>
        within(request.sourceIp, cidr),
      );
    default:
      return false;
  }
}

/** AWS's patterns: `*` is any number of characters, `?` exactly one. */
function wildcard(pattern: string, ignoreCase: boolean): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${text}$`, ignoreCase ? 'is' : 's');
}

const bits = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
function within(ip: string, cidr: string): boolean {
  const [base = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(bits(ip) / size) === Math.floor(bits(base) / size);
}

/** Target groups and weights of a forward action, whichever of its two spellings it uses. */
export function forwardTargets(action: Action): Required<TargetGroupTuple>[] {
  const several = action.ForwardConfig?.TargetGroups;
  if (several?.length)
    return several.map((t) => ({ TargetGroupArn: t.TargetGroupArn!, Weight: Number(t.Weight ?? 1) }));
  return action.TargetGroupArn ? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }] : [];
}

/**
 * Chooses among weighted groups, evenly spread: of ten requests with weights 90 and 10, exactly one goes to the second.
 * AWS chooses by chance; an exact share makes a rehearsal's counts repeatable.
 */
export class WeightedChoice {
  private readonly credits = new Map<string, number>();

  next(groups: Required<TargetGroupTuple>[]): string | undefined {
    const total = groups.reduce((sum, g) => sum + g.Weight, 0);
    if (!total) return undefined;
    for (const g of groups) this.credits.set(g.TargetGroupArn, this.credit(g.TargetGroupArn) + g.Weight);
    const chosen = groups
      .filter((g) => g.Weight)
      .reduce((a, b) => (this.credit(b.TargetGroupArn) > this.credit(a.TargetGroupArn) ? b : a)).TargetGroupArn;
    this.credits.set(chosen, this.credit(chosen) - total);
    return chosen;
  }

  private credit = (arn: string) => this.credits.get(arn) ?? 0;
}

// Decides what of the drift that CloudFormation finds belongs to how this delivery works.

/** One property of a resource that is not as its template says. */
export interface Difference {
  /** Of the resource: the physical id. */
  id: string;
  type: string;
  /** As in '/Actions/0/TargetGroupArn'; none where the whole resource is gone. */
  path?: string;
  kind: 'ADD' | 'REMOVE' | 'NOT_EQUAL' | 'DELETED';
  expected: string;
  found: string;
  /** All properties as they are. */
  actual: Record<string, unknown>;
}

/** What is known of a service that a release may change beside CloudFormation. */
export interface ServiceFacts {
  name: string;
  /** Of the ECS service. */
  arn: string;
  release: 'BLUE_GREEN' | 'ROLLING';
  /** Task-definition family. */
  family: string;
  /** Between which the service scales. */
  tasks: { minimum: number; maximum: number };
  /** Revision that was promoted last. */
  promoted?: string;
  /** The two target groups, for blue/green. */
  targetGroups: string[];
  /** Listener rules that CodeDeploy swaps. */
  rules: string[];
  /** A deployment is in flight. */
  deploying: boolean;
}

/** `expected`: the delivery makes it so, and why. `drift`: somebody else did, and what to do. */
export type Verdict = { kind: 'expected'; why: string } | { kind: 'drift'; advice: string };

export function judge(difference: Difference, services: ServiceFacts[]): Verdict {
  const why =
    difference.type === 'AWS::ElasticLoadBalancingV2::ListenerRule'
      ? swapped(difference, services)
      : difference.type === 'AWS::ECS::Service'
        ? released(difference, services)
        : undefined;
  return why ? { kind: 'expected', why } : { kind: 'drift', advice: adviceFor(difference) };
}

/** A swap leaves both groups of the service's pair on the rule, one of them with all the traffic, unless it is under way. */
function swapped({ id, path, actual }: Difference, services: ServiceFacts[]): string | undefined {
  const service = services.find((s) => s.rules.includes(id));
  if (!service || !path?.startsWith('/Actions')) return undefined;
  const actions = actual.Actions as Action[] | undefined;
  const [action, ...others] = actions ?? [];
  if (action?.Type !== 'forward' || others.length) return undefined;
  const targets = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  if (!targets.every((t) => service.targetGroups.includes(t.TargetGroupArn ?? ''))) return undefined;
  if (service.deploying) return `a deployment of ${service.name} is in flight, and its traffic shifts`;
  const serving = targets.filter((t) => Number(t.Weight ?? 1) > 0);
  return serving.length === 1 ? `CodeDeploy swapped the target groups of ${service.name}` : undefined;
}

interface Action {
  Type?: string;
  TargetGroupArn?: string;
  ForwardConfig?: { TargetGroups?: { TargetGroupArn?: string; Weight?: number | string }[] };
}

function released({ id, path = '', found, actual }: Difference, services: ServiceFacts[]): string | undefined {
  const service = services.find((s) => s.arn === id);
  if (!service) return undefined;
  const { minimum, maximum } = service.tasks;
  if (path === '/DesiredCount' && Number(found) >= minimum && Number(found) <= maximum)
    return `${service.name} scales between ${minimum} and ${maximum} tasks`;
  // DescribeServices leaves the controller out where it is ECS itself.
  if (path.startsWith('/DeploymentController') && service.release === 'ROLLING' && !actual.DeploymentController)
    return 'CloudFormation reports it of every service that ECS rolls (cloudformation-coverage-roadmap#1259)';
  if (path === '/TaskDefinition') return releasedRevision(service, found);
  const group = /^\/LoadBalancers\/\d+\/TargetGroupArn$/.test(path) && service.targetGroups.includes(found);
  return group ? `CodeDeploy swapped the target groups of ${service.name}` : undefined;
}

function releasedRevision(service: ServiceFacts, found: string): string | undefined {
  if (found === service.promoted) return `${service.name} runs the revision that was promoted last`;
  // The template says the family alone, so that CloudFormation leaves the service to CodeDeploy.
  const ofFamily = found.split('/').pop()!.split(':')[0] === service.family;
  const byCodeDeploy = service.release === 'BLUE_GREEN' && ofFamily;
  return byCodeDeploy ? `CodeDeploy releases the revisions of ${service.name}` : undefined;
}

function adviceFor({ kind, type }: Difference): string {
  if (kind === 'DELETED')
    return 'It is gone. A delivery does not make it again while its template is the same: restore it by hand under the same name, or deliver a template without it and then with it.';
  if (type === 'AWS::ElasticLoadBalancingV2::ListenerRule')
    return "Let 'promotion.js stop' end what is in flight, and see which group serves before you change the rule: docs/troubleshooting.md.";
  return `${kind === 'ADD' ? 'Take it away' : 'Set it back'} by hand, or bring it into the template: a delivery changes only what its template changes.`;
}

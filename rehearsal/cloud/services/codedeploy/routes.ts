// The listeners and the pair of target groups of a deployment group.
import type { Environment, Values } from '../../state';
import { AwsError } from '../../wire/service';
import { shiftTraffic } from '../elastic-load-balancing-v2';
import type { Workload } from '../ecs';
import { checkRoute } from './permissions';
import type { DeploymentRecord, Group } from './state';

interface Pair {
  targetGroupArns: string[];
  production: string[];
  test: string[];
}

/** Throws InvalidLoadBalancerInfoException, InvalidTargetGroupPairException where the group's pair is not complete. */
export function pairOf(env: Environment, { properties }: Pick<Group, 'properties'>): Pair {
  const pair: Values | undefined = properties.LoadBalancerInfo?.TargetGroupPairInfoList?.[0];
  if (!pair) {
    const message = 'Deployment group must have a load balancer with a target group pair.';
    throw new AwsError('InvalidLoadBalancerInfoException', message);
  }
  const named = (name: string) =>
    env.list('AWS::ElasticLoadBalancingV2::TargetGroup').find((r) => r.model.Name === name);
  const targetGroupArns = (pair.TargetGroups ?? []).map(({ Name }: Values) => {
    const found = named(Name);
    if (!found) throw new AwsError('InvalidTargetGroupPairException', `Target group ${Name} does not exist.`);
    return found.id;
  });
  if (targetGroupArns.length !== 2) {
    throw new AwsError('InvalidTargetGroupPairException', 'A target group pair must have exactly two target groups.');
  }
  return {
    targetGroupArns,
    production: pair.ProdTrafficRoute?.ListenerArns ?? [],
    test: pair.TestTrafficRoute?.ListenerArns ?? [],
  };
}

/** Blue is the group that the primary task set uses, green the other one: they change places with every deployment. */
export function colours(env: Environment, group: Group, primary: Workload) {
  const [first, second] = pairOf(env, group).targetGroupArns as [string, string];
  const used = primary.loadBalancers[0]?.targetGroupArn;
  if (used !== first && used !== second) {
    const message = 'Primary taskset target group must be one of the target groups of the deployment group.';
    throw new AwsError('InvalidECSServiceException', message);
  }
  return { blueTargetGroupArn: used, greenTargetGroupArn: used === first ? second : first };
}

/** Sends so much of the traffic of the route's listeners to green. Both groups stay on the rules. */
export function route(env: Environment, d: DeploymentRecord, which: 'production' | 'test', greenPercent: number): void {
  const { blueTargetGroupArn, greenTargetGroupArn } = d;
  for (const listenerArn of pairOf(env, d.group)[which]) {
    checkRoute(env, d, listenerArn);
    shiftTraffic(env, listenerArn, { blueTargetGroupArn, greenTargetGroupArn, greenPercent });
  }
  if (which === 'production') d.greenPercent = greenPercent;
}

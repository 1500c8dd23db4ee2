import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Effect } from './effects';
import { type Forward, forwardOf, forwards, listenerRule } from './listener-rules';

/** Where the listeners and rules that a change set modifies forward to now, by ARN. What is gone is left out. */
export async function liveForwards(
  client: ElasticLoadBalancingV2Client,
  effects: Effect[],
): Promise<Map<string, Forward>> {
  const found = new Map<string, Forward>();
  for (const { change } of effects.filter(({ change, modified }) => modified && forwards(change.ResourceType!))) {
    const arn = change.PhysicalResourceId!;
    try {
      found.set(arn, forwardOf(await actionsNow(client, change.ResourceType!, arn)));
    } catch (error) {
      if (!/^(Rule|Listener)NotFound/.test((error as Error).name)) throw error;
    }
  }
  return found;
}

async function actionsNow(client: ElasticLoadBalancingV2Client, type: string, arn: string): Promise<unknown> {
  if (type === listenerRule) {
    return (await client.send(new DescribeRulesCommand({ RuleArns: [arn] }))).Rules?.[0]?.Actions;
  }
  return (await client.send(new DescribeListenersCommand({ ListenerArns: [arn] }))).Listeners?.[0]?.DefaultActions;
}

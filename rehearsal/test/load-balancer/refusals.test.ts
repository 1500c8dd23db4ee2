import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elasticLoadBalancingV2, forwardWeights } from '../../cloud/services/elastic-load-balancing-v2';
import { balancerForTest, call, change, cloudForTest } from './make';

describe('Elastic Load Balancing', () => {
  let test: ReturnType<typeof cloudForTest>;
  let balancer: Awaited<ReturnType<typeof balancerForTest>>;
  let send: ReturnType<typeof call<ElasticLoadBalancingV2Client>>;
  beforeEach(async () => {
    test = cloudForTest();
    balancer = await balancerForTest(test.env);
    send = call(test, elasticLoadBalancingV2, ElasticLoadBalancingV2Client);
  });
  afterEach(() => test.end());

  const remove = (resource: { type: string }) => () =>
    elasticLoadBalancingV2.resources![resource.type]!.beforeDelete!(resource as never, test.env);

  it('describes what templates made', async () => {
    const { LoadBalancers } = await send(new DescribeLoadBalancersCommand({ Names: ['payment-alb-dev'] }));
    expect(LoadBalancers).toMatchObject([{ State: { Code: 'active' }, VpcId: 'vpc-1', Scheme: 'internet-facing' }]);
    const { Listeners } = await send(new DescribeListenersCommand({ LoadBalancerArn: balancer.loadBalancer.id }));
    expect(Listeners).toMatchObject([{ Port: 443, Protocol: 'HTTPS', DefaultActions: [{ Type: 'fixed-response' }] }]);
    const { Rules } = await send(new DescribeRulesCommand({ ListenerArn: balancer.listener.id }));
    expect(Rules?.map((r) => [r.Priority, r.IsDefault])).toEqual([
      ['10', false],
      ['default', true],
    ]);
    expect(Rules?.[0]?.Actions?.[0]).toMatchObject({
      TargetGroupArn: balancer.blue.id,
      ForwardConfig: { TargetGroups: [{ Weight: 1 }] },
    });
    const { TargetGroups } = await send(new DescribeTargetGroupsCommand({ LoadBalancerArn: balancer.loadBalancer.id }));
    expect(TargetGroups).toMatchObject([
      { TargetGroupName: 'api-tg-dev-blue', HealthyThresholdCount: 3, Matcher: { HttpCode: '200' } },
    ]);
    const asked = { TargetGroupArn: balancer.blue.id, Targets: [{ Id: '10.0.10.4', Port: 8080 }] };
    const { TargetHealthDescriptions } = await send(new DescribeTargetHealthCommand(asked));
    expect(TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
    await expect(send(new DescribeLoadBalancersCommand({ Names: ['none'] }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
    await expect(send(new DescribeTargetGroupsCommand({ Names: ['none'] }))).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
  });

  it('changes a rule’s weights by the API', async () => {
    const TargetGroups = [balancer.blue, balancer.green].map(({ id }, i) => ({ TargetGroupArn: id, Weight: i * 100 }));
    await send(
      new ModifyRuleCommand({
        RuleArn: balancer.rule.id,
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
      }),
    );
    expect(forwardWeights(test.env, balancer.listener.id)[0]!.weights).toEqual({
      [balancer.blue.id]: 0,
      [balancer.green.id]: 100,
    });
    const { Rules } = await send(new DescribeRulesCommand({ ListenerArn: balancer.listener.id }));
    const last = new ModifyRuleCommand({ RuleArn: Rules![1]!.RuleArn, Actions: [] });
    await expect(send(last)).rejects.toMatchObject({ name: 'OperationNotPermittedException' });
  });

  it('refuses a port or a priority twice, and an unknown attribute', async () => {
    const { LoadBalancerArn, DefaultActions } = balancer.listener.properties;
    await expect(
      balancer.on('Listener', { LoadBalancerArn, DefaultActions, Port: 443, Protocol: 'HTTP' }),
    ).rejects.toThrow('A listener already exists on this port');
    await expect(balancer.on('ListenerRule', balancer.ruleProperties)).rejects.toThrow(
      "Priority '10' is currently in use",
    );
    const TargetGroupAttributes = [{ Key: 'deregistration_delay', Value: '60' }];
    await expect(balancer.group('other', { TargetGroupAttributes })).rejects.toThrow(
      "'deregistration_delay' is not recognized",
    );
  });

  it('refuses a group on two load balancers', async () => {
    const other = await balancer.on('LoadBalancer', { Name: 'other', Subnets: ['subnet-1'] });
    const forward = { Type: 'forward', TargetGroupArn: balancer.blue.id };
    const listener = { LoadBalancerArn: other.id, Port: 80, Protocol: 'HTTP', DefaultActions: [forward] };
    await expect(balancer.on('Listener', listener)).rejects.toThrow(
      'cannot be associated with more than one load balancer',
    );
  });

  it('refuses to delete a group in use and a protected load balancer', async () => {
    expect(remove(balancer.blue)).toThrow('is currently in use by a listener or a rule');
    expect(remove(balancer.green)).not.toThrow();
    const LoadBalancerAttributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    const kept = await change(test.env, elasticLoadBalancingV2, balancer.loadBalancer, {
      ...balancer.loadBalancer.properties,
      LoadBalancerAttributes,
    });
    expect(remove(kept)).toThrow('cannot be deleted because deletion protection is enabled');
  });
});

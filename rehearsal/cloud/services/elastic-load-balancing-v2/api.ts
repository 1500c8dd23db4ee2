import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud, Environment, Resource } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import { asList, listenerAttributes, loadBalancerAttributes, targetGroupAttributes } from './attributes';
import {
  describeListener,
  describeLoadBalancer,
  describeRule,
  describeTargetGroup,
  describeTargetHealth,
} from './describe';
import { checkForwards } from './resources';
import { certificateArns, serveListener } from './load-balancers';
import { defaultRuleArn, listenersOf, liveRules, setActions, types } from './state';
import { deregisterTarget, registerTarget, targetGroup, targetHealth, usersOf } from './targets';
import { listener } from './traffic';

export const api = (cloud: Cloud) => {
  const of = (context: Context) => cloud.environment(context.account, context.region);
  return service(sdk)({
    DescribeLoadBalancers: (input, context) => {
      const env = of(context);
      const all = env.list(types.loadBalancer);
      const { Names: names, LoadBalancerArns: arns } = input;
      const unknown =
        names?.find((name) => !all.some((r) => r.model.Name === name)) ??
        arns?.find((arn) => !all.some((r) => r.id === arn));
      if (unknown) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${unknown}]' not found`);
      const wanted = all.filter((r) => (!names || names.includes(r.model.Name)) && (!arns || arns.includes(r.id)));
      return { LoadBalancers: wanted.map((r) => describeLoadBalancer(env, r)) };
    },
    DescribeLoadBalancerAttributes: (input, context) => ({
      Attributes: asList(loadBalancerAttributes(loadBalancer(of(context), input.LoadBalancerArn))),
    }),
    DescribeListeners: (input, context) => {
      const env = of(context);
      if (input.ListenerArns)
        return { Listeners: input.ListenerArns.map((arn) => describeListener(listener(env, arn))) };
      const found = loadBalancer(env, input.LoadBalancerArn);
      return { Listeners: listenersOf(env, found.id).map(describeListener) };
    },
    DescribeListenerAttributes: (input, context) => ({
      Attributes: asList(listenerAttributes(listener(of(context), input.ListenerArn!))),
    }),
    DescribeListenerCertificates: (input, context) => {
      const env = of(context);
      const arns = certificateArns(env, listener(env, input.ListenerArn!).id);
      return { Certificates: arns.map((CertificateArn, i) => ({ CertificateArn, IsDefault: i === 0 })) };
    },
    DescribeRules: (input, context) => {
      const env = of(context);
      if (input.ListenerArn)
        return { Rules: sorted(liveRules(env, listener(env, input.ListenerArn))).map(describeRule) };
      return { Rules: (input.RuleArns ?? []).map((arn) => describeRule(ruleByArn(env, arn).rule)) };
    },
    DescribeTargetGroups: (input, context) => {
      const env = of(context);
      const all = env.list(types.targetGroup);
      const { Names: names, TargetGroupArns: arns, LoadBalancerArn: user } = input;
      const unknown =
        names?.some((name) => !all.some((r) => r.model.Name === name)) ||
        arns?.some((arn) => !all.some((r) => r.id === arn));
      if (unknown) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      const wanted = all
        .filter((r) => !names || names.includes(r.model.Name))
        .filter((r) => !arns || arns.includes(r.id))
        .filter((r) => !user || usersOf(env, r.id).includes(user));
      return { TargetGroups: wanted.map((r) => describeTargetGroup(env, r)) };
    },
    DescribeTargetGroupAttributes: (input, context) => ({
      Attributes: asList(targetGroupAttributes(targetGroup(of(context), input.TargetGroupArn!))),
    }),
    DescribeTargetHealth: (input, context) => {
      const env = of(context);
      const found = describeTargetHealth(env, targetGroup(env, input.TargetGroupArn!));
      if (!input.Targets) return { TargetHealthDescriptions: found };
      return {
        TargetHealthDescriptions: input.Targets.map(
          (asked) =>
            found.find((t) => t.Target?.Id === asked.Id && (!asked.Port || t.Target?.Port === asked.Port)) ?? {
              Target: asked,
              TargetHealth: {
                State: 'unused',
                Reason: 'Target.NotRegistered',
                Description: 'Target is not registered to the target group',
              },
            },
        ),
      };
    },
    DescribeTags: (input, context) => {
      const env = of(context);
      return {
        TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => {
          const found = Object.values(types).flatMap((type) => env.get(type, ResourceArn) ?? [])[0];
          if (!found) throw new AwsError('LoadBalancerNotFound', `One or more resources not found: ${ResourceArn}`);
          return { ResourceArn, Tags: found.model.Tags ?? [] };
        }),
      };
    },
    ModifyRule: (input, context) => {
      const env = of(context);
      const { rule, owner } = ruleByArn(env, input.RuleArn!);
      if (rule.arn === defaultRuleArn(owner.id))
        throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot be modified`);
      checkForwards(env, input.Actions, owner.properties.LoadBalancerArn);
      if (input.Actions) setActions(env, rule.arn, input.Actions);
      if (input.Conditions) env.get(types.rule, rule.arn)!.model.Conditions = input.Conditions;
      return { Rules: [describeRule(ruleByArn(env, rule.arn).rule)] };
    },
    ModifyListener: async (input, context) => {
      const env = of(context);
      const found = listener(env, input.ListenerArn!);
      checkForwards(env, input.DefaultActions, found.properties.LoadBalancerArn);
      const { DefaultActions, Certificates, SslPolicy } = input;
      const changed = {
        ...(DefaultActions && { DefaultActions }),
        ...(Certificates && { Certificates }),
        ...(SslPolicy && { SslPolicy }),
      };
      Object.assign(found.model, changed);
      if (Certificates) await serveListener(env, found);
      return { Listeners: [describeListener(found)] };
    },
    RegisterTargets: (input, context) => {
      const env = of(context);
      const group = targetGroup(env, input.TargetGroupArn!);
      for (const t of input.Targets ?? [])
        registerTarget(env, group.id, {
          ...{ id: t.Id!, port: t.Port ?? Number(group.model.Port) },
          availabilityZone: t.AvailabilityZone,
        });
      return {};
    },
    DeregisterTargets: (input, context) => {
      const env = of(context);
      const group = targetGroup(env, input.TargetGroupArn!);
      for (const t of input.Targets ?? [])
        for (const known of targetHealth(env, group.id))
          if (known.id === t.Id && (!t.Port || known.port === t.Port)) void deregisterTarget(env, group.id, known);
      return {};
    },
  });
};

function loadBalancer(env: Environment, arn = ''): Resource {
  const found = env.get(types.loadBalancer, arn);
  if (!found) throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return found;
}

function ruleByArn(env: Environment, arn: string) {
  for (const owner of env.list(types.listener)) {
    const rule = liveRules(env, owner).find((r) => r.arn === arn);
    if (rule) return { rule, owner };
  }
  throw new AwsError('RuleNotFound', 'One or more rules not found');
}

const sorted = <T extends { priority: number }>(rules: T[]) => [...rules].sort((a, b) => a.priority - b.priority);

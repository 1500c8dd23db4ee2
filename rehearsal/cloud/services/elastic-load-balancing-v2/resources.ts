import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { HandlerError } from '../../cloudformation/handler-error';
import type { ResourceType } from '../../module';
import { forwardTargets } from '../../runtime/routing';
import type { Environment, Resource } from '../../state';
import { loadBalancerAttributes, unknownAttribute } from './attributes';
import { refusal } from './failures';
import {
  checkAccessLogBucket,
  closeListener,
  serveListener,
  startLoadBalancer,
  stopLoadBalancer,
} from './load-balancers';
import { listenersOf, rulesOf, targetGroupState, types } from './state';
import { usersOf } from './targets';

const afterSlash = (text = '', parts = 1) => text.split('/').slice(-parts).join('/');

function sameName(env: Environment, resource: Resource): void {
  const other = env.list(resource.type).find((r) => r.id !== resource.id && r.model.Name === resource.model.Name);
  if (!other) return;
  throw new HandlerError(
    'AlreadyExists',
    `Resource of type '${resource.type}' with identifier '${resource.model.Name}' already exists.`,
  );
}

function checkAttributes(kind: 'load balancer' | 'target group', resource: Resource): void {
  const own = kind === 'load balancer' ? resource.model.LoadBalancerAttributes : resource.model.TargetGroupAttributes;
  const unknown = unknownAttribute(kind, own);
  if (unknown)
    throw refusal(
      'InvalidRequest',
      `${kind === 'load balancer' ? 'Load balancer' : 'Target group'} attribute key '${unknown}' is not recognized`,
    );
}

/** Groups that are forwarded to exist, and belong to no other load balancer. */
export function checkForwards(env: Environment, actions: any[] = [], loadBalancerArn: string): void {
  for (const { TargetGroupArn: arn } of actions.flatMap(forwardTargets)) {
    if (!env.get(types.targetGroup, arn)) throw refusal('NotFound', `Target groups '${arn}' not found`);
    if (usersOf(env, arn).some((user) => user !== loadBalancerArn))
      throw refusal(
        'InvalidRequest',
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
  }
}

const loadBalancer: ResourceType = {
  name: 'Name',
  maxLength: 32,
  attributes({ model, properties, hex, arn, env }) {
    const kind = properties.Type === 'network' ? 'net' : 'app';
    const LoadBalancerFullName = `${kind}/${model.Name}/${hex(16)}`;
    const front = properties.Scheme === 'internal' ? 'internal-' : '';
    const serial = 1e9 + (parseInt(hex(8), 16) % 1e9);
    return {
      LoadBalancerFullName,
      LoadBalancerName: model.Name,
      LoadBalancerArn: arn('elasticloadbalancing', `loadbalancer/${LoadBalancerFullName}`),
      DNSName: `${front}${model.Name}-${serial}.${env.region}.elb.amazonaws.com`.toLowerCase(),
      CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K',
    };
  },
  created(resource, env) {
    sameName(env, resource);
    checkAttributes('load balancer', resource);
    checkAccessLogBucket(env, resource);
    startLoadBalancer(env, resource);
  },
  updated(resource, before, env) {
    checkAttributes('load balancer', resource);
    const bucket = (r: Resource) => loadBalancerAttributes(r)['access_logs.s3.bucket'];
    if (bucket(resource) !== bucket(before)) checkAccessLogBucket(env, resource);
  },
  beforeDelete(resource) {
    if (loadBalancerAttributes(resource)['deletion_protection.enabled'] === 'true')
      throw refusal(
        'InvalidRequest',
        `Load balancer '${resource.id}' cannot be deleted because deletion protection is enabled`,
      );
  },
  deleted: (resource, env) => stopLoadBalancer(env, resource),
};

const listener: ResourceType = {
  attributes: (m) => ({
    ListenerArn: m.arn('elasticloadbalancing', `listener/${afterSlash(m.properties.LoadBalancerArn, 3)}/${m.hex(16)}`),
  }),
  async created(resource, env) {
    const { LoadBalancerArn } = resource.properties;
    const others = listenersOf(env, LoadBalancerArn).filter((l) => l.id !== resource.id);
    if (others.some((l) => Number(l.model.Port) === Number(resource.model.Port)))
      throw refusal(
        'AlreadyExists',
        `A listener already exists on this port for this load balancer '${LoadBalancerArn}'`,
      );
    checkForwards(env, resource.model.DefaultActions, LoadBalancerArn);
    await serveListener(env, resource);
  },
  async updated(resource, before, env) {
    resource.model.DefaultActions = resource.properties.DefaultActions;
    checkForwards(env, resource.model.DefaultActions, resource.properties.LoadBalancerArn);
    if (resource.model.Port !== before.model.Port) await closeListener(env, before);
    await serveListener(env, resource);
  },
  deleted: (resource, env) => closeListener(env, resource),
};

/** An update applies the template's actions, whatever the live weights are: the hazard of aws/aws-cdk#36649. */
const rule: ResourceType = {
  attributes: (m) => ({
    RuleArn: m.arn('elasticloadbalancing', `listener-rule/${afterSlash(m.properties.ListenerArn, 4)}/${m.hex(16)}`),
    IsDefault: false,
  }),
  created: checkRule,
  updated(resource, _before, env) {
    resource.model.Actions = resource.properties.Actions; // a rollback applies them, too
    checkRule(resource, env);
  },
};

function checkRule(resource: Resource, env: Environment): void {
  const found = env.get(types.listener, resource.properties.ListenerArn);
  if (!found) throw refusal('NotFound', `Listeners '${resource.properties.ListenerArn}' not found`);
  checkConditions(resource.model.Conditions);
  const priority = Number(resource.model.Priority);
  const others = rulesOf(env, found.id).filter((r) => r.id !== resource.id);
  if (others.some((r) => Number(r.model.Priority) === priority))
    throw refusal('AlreadyExists', `Priority '${priority}' is currently in use`);
  checkForwards(env, resource.model.Actions, found.properties.LoadBalancerArn);
}

/** Values of all conditions of a rule together. Source: "Quotas for your Application Load Balancers". */
const mostValues = 5;

/** Refuses what a rule cannot ask for. */
export function checkConditions(conditions: RuleCondition[] = []): void {
  const values = conditions.flatMap(valuesOf);
  if (values.length > mostValues) throw refusal('InvalidRequest', "A rule can only have '5' condition values");
  const single = ['path-pattern', 'host-header', 'http-request-method', 'source-ip'];
  const twice = single.find((field) => conditions.filter((c) => c.Field === field).length > 1);
  if (twice) throw refusal('InvalidRequest', `A rule can have only one '${twice}' condition`);
  for (const { HttpHeaderConfig: header } of conditions.filter((c) => c.Field === 'http-header'))
    if (!/^[\w!#$%&'*+.^`|~-]{1,40}$/.test(header?.HttpHeaderName ?? ''))
      throw refusal('InvalidRequest', `'${header?.HttpHeaderName}' is not a valid HTTP header name`);
}

const valuesOf = (c: RuleCondition): unknown[] =>
  c.Values ??
  (c.PathPatternConfig ?? c.HostHeaderConfig ?? c.HttpHeaderConfig ?? c.HttpRequestMethodConfig ?? c.SourceIpConfig)
    ?.Values ??
  c.QueryStringConfig?.Values ??
  [];

const targetGroup: ResourceType = {
  name: 'Name',
  maxLength: 32,
  attributes({ model, hex, arn, env, seed }) {
    const full = `targetgroup/${model.Name}/${hex(16)}`;
    const id = arn('elasticloadbalancing', full);
    return {
      TargetGroupName: model.Name,
      TargetGroupFullName: full,
      TargetGroupArn: id,
      LoadBalancerArns: env.get(types.targetGroup, id)?.seed === seed ? usersOf(env, id) : [],
    };
  },
  created(resource, env) {
    sameName(env, resource);
    checkAttributes('target group', resource);
    targetGroupState(env, resource.id);
  },
  updated: (resource) => checkAttributes('target group', resource),
  beforeDelete(resource, env) {
    if (usersOf(env, resource.id).length)
      throw refusal('ResourceConflict', `Target group '${resource.id}' is currently in use by a listener or a rule`);
  },
  deleted(resource, env) {
    for (const target of targetGroupState(env, resource.id).targets.values()) {
      target.leaving.abort();
      target.agent.destroy();
    }
    targetGroupState(env, resource.id).targets.clear();
  },
};

export const resources: Record<string, ResourceType> = {
  [types.loadBalancer]: loadBalancer,
  [types.listener]: listener,
  [types.rule]: rule,
  [types.targetGroup]: targetGroup,
};

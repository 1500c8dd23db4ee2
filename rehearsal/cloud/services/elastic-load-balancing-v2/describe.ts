import type {
  Action,
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { forwardTargets, type Rule as LiveRule } from '../../runtime/routing';
import type { Environment, Resource } from '../../state';
import { loadBalancerStates } from './state';
import { healthCheck, targetHealth, usersOf } from './targets';

/** Resources in the words of the API. */
export function describeLoadBalancer(env: Environment, { id, model }: Resource): LoadBalancer {
  const state = loadBalancerStates(env).get(id);
  const subnet = (subnetId: string) => env.get('AWS::EC2::Subnet', subnetId)?.model;
  const subnets: string[] = model.Subnets ?? (model.SubnetMappings ?? []).map((m: any) => m.SubnetId);
  return {
    LoadBalancerArn: id,
    DNSName: model.DNSName,
    CanonicalHostedZoneId: model.CanonicalHostedZoneID,
    CreatedTime: state?.created,
    LoadBalancerName: model.Name,
    Scheme: model.Scheme ?? 'internet-facing',
    VpcId: subnet(subnets[0] ?? '')?.VpcId,
    State: { Code: 'active' },
    Type: model.Type ?? 'application',
    AvailabilityZones: subnets.map((SubnetId) => ({
      ZoneName: subnet(SubnetId)?.AvailabilityZone,
      SubnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: model.SecurityGroups ?? [],
    IpAddressType: model.IpAddressType ?? 'ipv4',
  };
}

export function describeListener({ id, model }: Resource): Listener {
  const secure = model.Protocol === 'HTTPS';
  return {
    ListenerArn: id,
    LoadBalancerArn: model.LoadBalancerArn,
    Port: Number(model.Port),
    Protocol: model.Protocol,
    Certificates: secure ? model.Certificates?.slice(0, 1) : undefined,
    SslPolicy: secure ? (model.SslPolicy ?? 'ELBSecurityPolicy-2016-08') : undefined,
    DefaultActions: (model.DefaultActions ?? []).map(describeAction),
    MutualAuthentication: secure ? { Mode: 'off', ...model.MutualAuthentication } : undefined,
  };
}

/** The API tells a forward action in both spellings where there is one group. */
function describeAction(action: Action): Action {
  const groups = forwardTargets(action);
  if (!groups.length) return action;
  return {
    ...action,
    TargetGroupArn: groups.length === 1 ? groups[0]!.TargetGroupArn : undefined,
    ForwardConfig: {
      TargetGroups: groups,
      TargetGroupStickinessConfig: { Enabled: false, ...action.ForwardConfig?.TargetGroupStickinessConfig },
    },
  };
}

export function describeRule(rule: LiveRule): Rule {
  const last = !Number.isFinite(rule.priority);
  return {
    RuleArn: rule.arn,
    Priority: last ? 'default' : String(rule.priority),
    Conditions: rule.conditions.map((c) => ({
      ...c,
      Values:
        c.Values ?? c.PathPatternConfig?.Values ?? c.HostHeaderConfig?.Values ?? c.HttpRequestMethodConfig?.Values,
    })),
    Actions: rule.actions.map(describeAction),
    IsDefault: last,
  };
}

export function describeTargetGroup(env: Environment, resource: Resource): TargetGroup {
  const { id, model } = resource;
  const check = healthCheck(resource);
  return {
    TargetGroupArn: id,
    TargetGroupName: model.Name,
    Protocol: model.Protocol,
    Port: model.Port === undefined ? undefined : Number(model.Port),
    VpcId: model.VpcId,
    HealthCheckProtocol: check.protocol as TargetGroup['HealthCheckProtocol'],
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.codes },
    LoadBalancerArns: usersOf(env, id),
    TargetType: model.TargetType ?? 'instance',
    ProtocolVersion: model.ProtocolVersion ?? 'HTTP1',
    IpAddressType: model.IpAddressType ?? 'ipv4',
  };
}

export function describeTargetHealth(env: Environment, resource: Resource): TargetHealthDescription[] {
  return targetHealth(env, resource.id).map((t) => ({
    Target: { Id: t.id, Port: t.port, AvailabilityZone: t.availabilityZone },
    HealthCheckPort: String(healthCheck(resource).port === 'traffic-port' ? t.port : healthCheck(resource).port),
    TargetHealth: { State: t.state, Reason: t.reason as any, Description: t.description },
    AdministrativeOverride: {
      State: 'no_override',
      Reason: 'AdministrativeOverride.NoOverride',
      Description: 'No override is currently active on target',
    },
  }));
}

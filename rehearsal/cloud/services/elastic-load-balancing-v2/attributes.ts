import type { Resource } from '../../state';

/** Defaults as DescribeLoadBalancerAttributes tells them (API reference, LoadBalancerAttribute). */
const loadBalancerDefaults: Record<string, string> = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.prefix': '',
  'health_check_logs.s3.enabled': 'false',
  'health_check_logs.s3.bucket': '',
  'health_check_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'ipv6.deny_all_igw_traffic': 'false',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
};

/** Defaults as DescribeTargetGroupAttributes tells them (API reference, TargetGroupAttribute). */
const targetGroupDefaults: Record<string, string> = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.enabled': 'false',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

type Attribute = { Key?: string; Value?: string };
const merge = (defaults: Record<string, string>, own: Attribute[] = []): Record<string, string> => ({
  ...defaults,
  ...Object.fromEntries(own.map((a) => [a.Key!, String(a.Value ?? '')])),
});

export const loadBalancerAttributes = (r: Resource) => merge(loadBalancerDefaults, r.model.LoadBalancerAttributes);
export const targetGroupAttributes = (r: Resource) => merge(targetGroupDefaults, r.model.TargetGroupAttributes);
export const listenerAttributes = (r: Resource) =>
  merge({ 'routing.http.response.server.enabled': 'true' }, r.model.ListenerAttributes);

/** The first attribute that AWS does not know. */
export function unknownAttribute(kind: 'load balancer' | 'target group', own: Attribute[] = []): string | undefined {
  const known = kind === 'load balancer' ? loadBalancerDefaults : targetGroupDefaults;
  return own.map((a) => a.Key!).find((key) => !(key in known));
}

export const asList = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

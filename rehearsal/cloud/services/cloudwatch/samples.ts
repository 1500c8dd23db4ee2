// What the local cloud measures of itself once a metric's minute, in the namespaces and dimensions of AWS.
import type { Environment, Resource } from '../../state';
import { services, shortName, tasksOf, type EcsService } from '../ecs';
import { loadBalancerStates, targetHealth, usersOf, type AccessLogEntry } from '../elastic-load-balancing-v2';
import { putMetric } from './metrics';
import { usage } from './usage';

/** Puts what happened since the last look into the metrics. */
export function measure(env: Environment, now: number): void {
  const Timestamp = new Date(now);
  const put = (namespace: string, dimensions: Record<string, string>) => (MetricName: string, Values: number[]) => {
    if (!Values.length) return;
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    putMetric(env, namespace, { MetricName, Dimensions, Values, Timestamp });
  };
  measureRequests(env, put);
  measureTargets(env, put);
  for (const service of services(env).values()) if (service.status === 'ACTIVE') measureService(env, service, now, put);
}

type Put = (namespace: string, dimensions: Record<string, string>) => (name: string, values: number[]) => void;

const albNamespace = 'AWS/ApplicationELB';
const fullName = (arn: string) => arn.split(':').pop()!;

/** Requests since the last look, of each load balancer and of each of its target groups. */
function measureRequests(env: Environment, put: Put): void {
  const counted = env.shelf<number>('cloudwatch counted requests');
  for (const [arn, { entries }] of loadBalancerStates(env)) {
    const fresh = entries.slice(counted.get(arn) ?? 0);
    counted.set(arn, entries.length);
    const LoadBalancer = fullName(arn).replace('loadbalancer/', '');
    const whole = put(albNamespace, { LoadBalancer });
    tell(whole, fresh);
    const refused = fresh.filter((e) => e.targetStatus === undefined && e.status >= 500);
    if (refused.length) whole('HTTPCode_ELB_5XX_Count', [refused.length]);
    for (const group of new Set(fresh.flatMap((e) => e.targetGroupArn ?? [])))
      tell(
        put(albNamespace, { TargetGroup: fullName(group), LoadBalancer }),
        fresh.filter((e) => e.targetGroupArn === group),
      );
  }
}

function tell(put: ReturnType<Put>, entries: AccessLogEntry[]): void {
  if (entries.length) put('RequestCount', [entries.length]);
  const answered = entries.filter((e) => e.targetStatus !== undefined);
  put(
    'TargetResponseTime',
    answered.map((e) => Math.max(0, e.seconds[1])),
  );
  for (const hundred of [2, 3, 4, 5]) {
    const count = answered.filter((e) => Math.floor(e.targetStatus! / 100) === hundred).length;
    if (count) put(`HTTPCode_Target_${hundred}XX_Count`, [count]);
  }
}

function measureTargets(env: Environment, put: Put): void {
  for (const group of env.list('AWS::ElasticLoadBalancingV2::TargetGroup')) {
    const states = targetHealth(env, group.id).map((t) => t.state);
    if (!states.length) continue;
    for (const user of usersOf(env, group.id)) {
      const of = put(albNamespace, {
        TargetGroup: fullName(group.id),
        LoadBalancer: fullName(user).replace('loadbalancer/', ''),
      });
      of('HealthyHostCount', [states.filter((s) => s === 'healthy').length]);
      of('UnHealthyHostCount', [states.filter((s) => s === 'unhealthy').length]);
    }
  }
}

function measureService(env: Environment, service: EcsService, now: number, put: Put): void {
  const dimensions = { ClusterName: shortName(service.clusterArn), ServiceName: service.name };
  const own = tasksOf(env, service);
  const running = own.filter((t) => t.lastStatus === 'RUNNING');
  const { cpu, memory } = usage(running, now);
  const load = put('AWS/ECS', dimensions);
  if (cpu !== undefined) load('CPUUtilization', [cpu]);
  if (memory !== undefined) load('MemoryUtilization', [memory]);
  if (!hasInsights(env.get('AWS::ECS::Cluster', dimensions.ClusterName))) return;
  const insights = put('ECS/ContainerInsights', dimensions);
  insights('RunningTaskCount', [running.length]);
  insights('PendingTaskCount', [own.filter((t) => ['PROVISIONING', 'PENDING'].includes(t.lastStatus)).length]);
  insights('DesiredTaskCount', [service.desiredCount]);
  insights('TaskSetCount', [service.controller === 'ECS' ? 0 : service.workloads.length]);
}

const hasInsights = (cluster?: Resource): boolean =>
  (cluster?.model.ClusterSettings ?? []).some(
    (s: { Name: string; Value: string }) => s.Name === 'containerInsights' && s.Value !== 'disabled',
  );

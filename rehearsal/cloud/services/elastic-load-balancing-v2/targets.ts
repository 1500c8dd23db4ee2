import { Agent } from 'node:http';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { addressBook } from '../../runtime/address-book';
import { forwardTargets } from '../../runtime/routing';
import { draining, registering, watchHealth, type HealthCheck } from '../../runtime/target-health';
import type { ChosenTarget } from '../../runtime/load-balancer';
import type { Environment, Resource } from '../../state';
import { AwsError } from '../../wire/service';
import { targetGroupAttributes } from './attributes';
import { targetGroupState, types, type Target } from './state';

const idle = 60_000;

export const targetGroup = (env: Environment, arn: string): Resource => {
  const found = env.get(types.targetGroup, arn);
  if (!found) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
};

/** Load balancers whose listeners or rules forward to the group, with whatever weight. */
export function usersOf(env: Environment, targetGroupArn: string): string[] {
  const forwards = (actions: Action[] = []) =>
    actions.some((a) => forwardTargets(a).some((t) => t.TargetGroupArn === targetGroupArn));
  const listeners = new Map(env.list(types.listener).map((l) => [l.id, l]));
  const users = [...listeners.values()].filter((l) => forwards(l.model.DefaultActions));
  for (const rule of env.list(types.rule)) {
    const listener = listeners.get(rule.properties.ListenerArn);
    if (listener && forwards(rule.model.Actions)) users.push(listener);
  }
  return [...new Set(users.map((l) => l.properties.LoadBalancerArn as string))];
}

export function healthCheck({ model }: Resource): HealthCheck & { port: string; protocol: string; enabled: boolean } {
  return {
    path: model.HealthCheckPath ?? '/',
    interval: Number(model.HealthCheckIntervalSeconds ?? 30),
    timeout: Number(model.HealthCheckTimeoutSeconds ?? 5),
    healthyThreshold: Number(model.HealthyThresholdCount ?? 5),
    unhealthyThreshold: Number(model.UnhealthyThresholdCount ?? 2),
    codes: String(model.Matcher?.HttpCode ?? '200'),
    port: String(model.HealthCheckPort ?? 'traffic-port'),
    protocol: model.HealthCheckProtocol ?? model.Protocol ?? 'HTTP',
    enabled: String(model.HealthCheckEnabled ?? true) !== 'false',
  };
}

/** Registers a target; its health checks begin when the group is used by a load balancer. */
export function registerTarget(
  env: Environment,
  targetGroupArn: string,
  { id, port, availabilityZone }: { id: string; port: number; availabilityZone?: string },
): void {
  const group = targetGroup(env, targetGroupArn);
  const { targets } = targetGroupState(env, targetGroupArn);
  const key = `${id}:${port}`;
  const known = targets.get(key);
  if (known && known.health.state !== 'draining') return;
  known?.leaving.abort();
  const target: Target = {
    id,
    port,
    availabilityZone,
    health: registering,
    inFlight: 0,
    agent: new Agent({ keepAlive: true, timeout: idle, maxFreeSockets: 64 }),
    leaving: new AbortController(),
  };
  targets.set(key, target);
  const live = () => env.get(types.targetGroup, targetGroupArn) ?? group;
  void watchHealth({
    clock: env.cloud.clock,
    signal: AbortSignal.any([target.leaving.signal, env.cloud.signal]),
    check: () => healthCheck(live()),
    inUse: () => usersOf(env, targetGroupArn).length > 0,
    address: () => {
      const asked = healthCheck(live()).port;
      const checked = asked === 'traffic-port' ? port : Number(asked);
      return { port: loopback(env, live(), id, checked), host: `${id}:${checked}` };
    },
    changed: (health) => (target.health = health),
  });
  env.cloud.onStop(() => target.agent.destroy());
}

const loopback = (env: Environment, group: Resource, ip: string, port: number) =>
  addressBook(env).lookup(group.properties.VpcId, ip, port);

/**
 * Gives the target no new request from now on. Resolves when its deregistration delay is over: AWS shows it as
 * draining that long even when nothing is in flight. Requests run in real time, so those still in flight then have the
 * delay's real seconds to end.
 */
export async function deregisterTarget(
  env: Environment,
  targetGroupArn: string,
  { id, port }: { id: string; port: number },
): Promise<void> {
  const group = targetGroup(env, targetGroupArn);
  const { targets } = targetGroupState(env, targetGroupArn);
  const target = targets.get(`${id}:${port}`);
  if (!target) return;
  target.leaving.abort();
  target.health = draining;
  const delay = Number(targetGroupAttributes(group)['deregistration_delay.timeout_seconds']);
  const { clock, signal } = env.cloud;
  await clock.sleep(usersOf(env, targetGroupArn).length ? delay : 0, signal);
  for (const until = Date.now() + delay * 1000; target.inFlight && Date.now() < until && !signal.aborted;)
    await new Promise((done) => setTimeout(done, 20));
  target.agent.destroy();
  if (targets.get(`${id}:${port}`) === target) targets.delete(`${id}:${port}`);
}

/** Every target of the group with its state and AWS's reason code. */
export function targetHealth(env: Environment, targetGroupArn: string) {
  targetGroup(env, targetGroupArn);
  return [...targetGroupState(env, targetGroupArn).targets.values()].map(({ id, port, availabilityZone, health }) => ({
    id,
    port,
    availabilityZone,
    ...health,
  }));
}

/** Whose turn it is: healthy targets in turn; all of them when none is healthy (AWS fails open); none while all drain. */
export function chooseTarget(env: Environment, targetGroupArn: string): ChosenTarget | undefined {
  const group = env.get(types.targetGroup, targetGroupArn);
  if (!group) return undefined;
  const state = targetGroupState(env, targetGroupArn);
  const staying = [...state.targets.values()].filter((t) => t.health.state !== 'draining');
  const healthy = staying.filter((t) => t.health.state === 'healthy');
  const candidates = healthy.length ? healthy : staying;
  const target = candidates[state.turn++ % candidates.length];
  if (!target) return undefined;
  target.inFlight++;
  return {
    address: `${target.id}:${target.port}`,
    port: loopback(env, group, target.id, target.port),
    agent: target.agent,
    done: () => void target.inFlight--,
  };
}

// One deployment, from Created to its end: green beside blue, test traffic, hold, production traffic, the end of blue.
import type { DeploymentStatus } from '@aws-sdk/client-codedeploy';
import type { Environment } from '../../state';
import { targetHealth } from '../elastic-load-balancing-v2';
import { createTaskSet, deleteTaskSet, findTaskDefinition, makePrimary, tasksOf } from '../ecs';
import { alarmMessage, stopOnAlarm } from './alarms';
import { readAppSpec } from './app-spec';
import { shifts, trafficRouting } from './configurations';
import { checkDelete, checkPrimary, checkStart, RoleLacks } from './permissions';
import { rollBack } from './roll-back';
import { route } from './routes';
import type { DeploymentRecord } from './state';

/** Minutes that green has to become healthy. Source: the text of CodeDeploy's own error. */
const healthyWithin = 60;
/** Between two looks at others' state, in milliseconds. */
const pause = 50;

class Stopped extends Error {}
class Failed extends Error {
  constructor(
    readonly code: 'TIMEOUT' | 'INTERNAL_ERROR',
    message: string,
  ) {
    super(message);
  }
}

/** Runs a deployment to its end and, where that is asked for, its rollback. Never rejects. */
export async function run(env: Environment, d: DeploymentRecord): Promise<void> {
  const { clock } = env.cloud;
  stopOnAlarm(env, d);
  try {
    await sleep(env, d, 1);
    Object.assign(d, { status: 'InProgress', startTime: clock.now() });
    await install(env, d);
    await during(env, d, 'AllowTestTraffic', () => testTraffic(env, d));
    await during(env, d, 'AfterAllowTestTraffic');
    await hold(env, d);
    await during(env, d, 'BeforeAllowTraffic');
    await during(env, d, 'AllowTraffic', () => productionTraffic(env, d));
    await during(env, d, 'AfterAllowTraffic');
    await endBlue(env, d);
    end(env, d, 'Succeeded');
  } catch (error: any) {
    const stopped = error instanceof Stopped;
    const trigger = triggerOf(d, stopped);
    for (const e of d.events)
      if (e.status === 'InProgress') Object.assign(e, { status: 'Failed', endTime: clock.now() });
    for (const e of d.events) if (e.status === 'Pending') e.status = 'Skipped';
    if (!stopped)
      d.error = {
        code: error instanceof Failed || error instanceof RoleLacks ? error.code : 'INTERNAL_ERROR',
        message: error.message,
      };
    if (stopped && d.activeAlarms) d.error = { code: 'ALARM_ACTIVE', message: alarmMessage(d.activeAlarms) };
    const asked = stopped && d.stopWithRollback;
    const rollback = asked || (d.autoRollback.enabled && d.autoRollback.events.includes(trigger));
    // The rollback's id stands in the deployment before its end shows: who waits for the end then waits for the rollback.
    const finished = rollback && !env.cloud.signal.aborted ? rollBack(env, d, trigger) : undefined;
    end(env, d, stopped ? 'Stopped' : 'Failed');
    await finished;
  }
}

/** The event by which a rollback may be configured. */
function triggerOf({ activeAlarms }: DeploymentRecord, stopped: boolean) {
  if (!stopped) return 'DEPLOYMENT_FAILURE';
  return activeAlarms ? 'DEPLOYMENT_STOP_ON_ALARM' : 'DEPLOYMENT_STOP_ON_REQUEST';
}

async function install(env: Environment, d: DeploymentRecord): Promise<void> {
  const spec = readAppSpec(d.revision);
  await during(env, d, 'BeforeInstall');
  await during(env, d, 'Install', async () => {
    checkStart(env, d, findTaskDefinition(env, spec.taskDefinition) ?? {});
    for (const left of d.service.workloads.filter((w) => w !== d.blue)) await deleteTaskSet(env, d.service, left);
    const { taskDefinition, containerName, containerPort, network, capacity, platformVersion } = spec;
    d.green = createTaskSet(env, d.service, {
      taskDefinition,
      loadBalancers: [{ targetGroupArn: d.greenTargetGroupArn, containerName, containerPort }],
      network,
      capacity,
      platformVersion,
      externalId: d.id,
      startedBy: 'CODE_DEPLOY',
    });
    await until(env, d, () => d.green!.stable);
  });
  await during(env, d, 'AfterInstall');
}

async function testTraffic(env: Environment, d: DeploymentRecord): Promise<void> {
  route(env, d, 'test', 100);
  await until(env, d, () => isServing(env, d));
}

/** Green is at its count, and the load balancer finds each of its tasks healthy. */
function isServing(env: Environment, d: DeploymentRecord): boolean {
  const targets = targetHealth(env, d.greenTargetGroupArn);
  const own = tasksOf(env, d.green!);
  const healthy = (ip?: string) => targets.some((t) => t.id === ip && (t.state === 'healthy' || t.state === 'unused'));
  return d.green!.stable && own.length === d.green!.desiredCount && own.every((t) => healthy(t.ip));
}

/** Waits for ContinueDeployment where the group says so; time over, the deployment stops. */
async function hold(env: Environment, d: DeploymentRecord): Promise<void> {
  const option = d.group.properties.BlueGreenDeploymentConfiguration?.DeploymentReadyOption ?? {};
  if (option.ActionOnTimeout !== 'STOP_DEPLOYMENT') return;
  d.status = 'Ready';
  // Whoever checks green is a real process.
  await env.cloud.clock.limit(Number(option.WaitTimeInMinutes ?? 0) * 60, wakeUp(env, d, d.proceed.signal));
  throwIfStopped(env, d);
  if (!d.proceed.signal.aborted) {
    d.error = { code: 'TIMEOUT', message: 'The deployment was not continued within its wait time.' };
    throw new Stopped();
  }
  d.status = 'InProgress';
  d.proceed = new AbortController();
}

async function productionTraffic(env: Environment, d: DeploymentRecord): Promise<void> {
  const { desiredCount } = d.green!;
  for (const { greenPercent, thenWait } of shifts(trafficRouting(env, d.configName))) {
    route(env, d, 'production', greenPercent);
    if (thenWait) await sleep(env, d, thenWait * 60);
    // It may fail on AWS; here it always does, so that nobody counts on its luck.
    if (d.green!.desiredCount < desiredCount) {
      throw new Failed('INTERNAL_ERROR', `The task set of ${d.service.name} was scaled in while traffic shifted.`);
    }
  }
  checkPrimary(env, d);
  makePrimary(env, d.service, d.green!);
}

async function endBlue(env: Environment, d: DeploymentRecord): Promise<void> {
  const option = d.group.properties.BlueGreenDeploymentConfiguration?.TerminateBlueInstancesOnDeploymentSuccess ?? {};
  if (option.Action === 'KEEP_ALIVE') return;
  d.terminationWaitStarted = true;
  await sleep(env, d, Number(option.TerminationWaitTimeInMinutes ?? 0) * 60, d.proceed.signal);
  checkDelete(env, d);
  await deleteTaskSet(env, d.service, d.blue);
}

/** Runs a lifecycle event and notes how it went. */
async function during(env: Environment, d: DeploymentRecord, name: string, work?: () => Promise<void>): Promise<void> {
  if (d.stop.signal.aborted) throw new Stopped();
  const event = d.events.find((e) => e.lifecycleEventName === name)!;
  Object.assign(event, { status: 'InProgress', startTime: env.cloud.clock.now() });
  await work?.();
  Object.assign(event, { status: 'Succeeded', endTime: env.cloud.clock.now() });
}

/** Waits so many of AWS's seconds, or until the signal. Throws Stopped when the deployment is stopped. */
async function sleep(env: Environment, d: DeploymentRecord, seconds: number, until?: AbortSignal): Promise<void> {
  await env.cloud.clock.sleep(seconds, wakeUp(env, d, until));
  throwIfStopped(env, d);
}

const wakeUp = (env: Environment, d: DeploymentRecord, until?: AbortSignal): AbortSignal =>
  AbortSignal.any([d.stop.signal, env.cloud.signal, ...(until ? [until] : [])]);

function throwIfStopped(env: Environment, d: DeploymentRecord): void {
  if (d.stop.signal.aborted || env.cloud.signal.aborted) throw new Stopped();
}

async function until(env: Environment, d: DeploymentRecord, condition: () => boolean): Promise<void> {
  const late = Date.now() + env.cloud.clock.milliseconds(healthyWithin * 60);
  while (!condition()) {
    throwIfStopped(env, d);
    if (d.service.status !== 'ACTIVE')
      throw new Failed('INTERNAL_ERROR', `The ECS service ${d.service.name} is ${d.service.status}.`);
    if (Date.now() > late) {
      const message = 'The deployment timed out while waiting for the replacement task set to become healthy.';
      throw new Failed('TIMEOUT', `${message} This time out period is ${healthyWithin} minutes.`);
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

export function end(env: Environment, d: DeploymentRecord, status: DeploymentStatus): void {
  Object.assign(d, { status, completeTime: env.cloud.clock.now() });
}

// The service scheduler: again and again it brings what runs nearer to what is wanted.
import type { Environment } from '../../state';
import { illness, isHealthy, updateHealth } from './health-of-task';
import { rollingStep } from './rolling';
import { event, subject, tasksOf, type EcsService, type EcsTask, type Workload } from './state';
import { launch, stop, stopSurplus } from './tasks';

/** Between two looks, in milliseconds: health comes from others, who do not say when it changes. */
const pause = 100;
/** Failed starts after which ECS begins to wait between starts, and the longest wait in seconds. */
const throttle = { after: 3, most: 900 };

/** Schedules the service until it is INACTIVE. */
export async function schedule(env: Environment, service: EcsService): Promise<void> {
  let look = () => {};
  service.wake = () => look();
  while (service.status !== 'INACTIVE' && !env.cloud.signal.aborted) {
    try {
      step(env, service);
    } catch (error: any) {
      env.cloud.log(`ECS scheduler of ${service.name}: ${error.message}`);
    }
    await new Promise<void>((done) => {
      const timer = setTimeout(done, pause);
      look = () => {
        clearTimeout(timer);
        // Not at once: what woke it may be in the middle of its own change.
        setImmediate(done);
      };
    });
  }
}

function step(env: Environment, service: EcsService): void {
  for (const task of tasksOf(env, service)) examine(env, task);
  if (service.status === 'DRAINING') {
    service.desiredCount = 0;
    for (const w of service.workloads) scaleTo(env, service, w, 0);
    if (!tasksOf(env, service).length) {
      service.workloads = [];
      service.status = 'INACTIVE';
    }
    return;
  }
  if (service.controller === 'ECS') rollingStep(env, service);
  else {
    for (const w of service.workloads) {
      if (w.status !== 'DRAINING') w.desiredCount = Math.ceil((service.desiredCount * w.scale) / 100);
      scaleTo(env, service, w, w.status === 'DRAINING' ? 0 : w.desiredCount);
    }
  }
  for (const w of service.workloads) judgeStability(env, service, w);
}

function examine(env: Environment, task: EcsTask): void {
  updateHealth(task);
  if (!task.wasHealthy && isHealthy(env, task)) {
    task.wasHealthy = true;
    task.workload.failures = 0;
  }
  const ill = illness(env, task);
  if (!ill) return;
  event(env, task.service, `${subject(task.service, task.workload)} (task ${task.id}) ${ill.event}`);
  void stop(env, task, 'ServiceSchedulerInitiated', ill.reason);
  if (!task.wasHealthy) task.workload.failures++;
}

/** Starts or stops tasks of a workload until it has so many. Returns how many it started. */
export function scaleTo(
  env: Environment,
  service: EcsService,
  workload: Workload,
  count: number,
  most = Infinity,
): number {
  const active = tasksOf(env, workload).filter((t) => t.desiredStatus === 'RUNNING');
  const words = subject(service, workload);
  if (active.length > count) {
    const stopped = stopSurplus(env, active, active.length - count);
    event(env, service, `${words} has stopped ${stopped.length} running tasks: ${list(stopped)}.`);
  }
  const wanted = Math.min(count - active.length, most);
  if (wanted <= 0 || Date.now() < workload.notBefore) return 0;
  const started: EcsTask[] = [];
  try {
    while (started.length < wanted) started.push(launch(env, service, workload));
  } catch (error: any) {
    workload.failures++;
    event(env, service, `${words} was unable to place a task. Reason: ${error.message}.`);
  }
  if (started.length) event(env, service, `${words} has started ${started.length} tasks: ${list(started)}.`);
  slowDown(env, service, workload);
  return started.length;
}

/** ECS waits ever longer before it starts what keeps failing. */
function slowDown(env: Environment, service: EcsService, workload: Workload): void {
  const over = workload.failures - throttle.after;
  if (over < 0) return;
  const seconds = Math.min(10 * 2 ** over, throttle.most);
  workload.notBefore = Date.now() + env.cloud.clock.milliseconds(seconds);
  if (over > 0) return;
  const help = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';
  event(env, service, `${subject(service, workload)} is unable to consistently start tasks successfully. ${help}`);
}

function judgeStability(env: Environment, service: EcsService, workload: Workload): void {
  const own = tasksOf(env, workload);
  const healthy = own.filter((t) => isHealthy(env, t)).length;
  const others = service.controller === 'ECS' ? tasksOf(env, service).length - own.length : 0;
  const stable = healthy === workload.desiredCount && own.length === healthy && !others;
  if (stable && !workload.stable) {
    workload.stableAt = env.cloud.clock.now();
    event(env, service, `${subject(service, workload)} has reached a steady state.`);
  }
  workload.stable = stable;
}

const list = (tasks: EcsTask[]) => tasks.map((t) => `(task ${t.id})`).join(' ');

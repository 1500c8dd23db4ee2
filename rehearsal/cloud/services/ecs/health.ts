// Container health checks: a command, run in the container again and again.
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import { execute, type Image } from './containers';
import type { EcsTask, TaskContainer } from './state';

/**
 * What real processes need whatever the speed, in milliseconds: a check is a process that has to start. Healthy
 * containers are asked seldom, because each question costs this machine a process.
 */
const real = { timeout: 5000, startPeriod: 3000, interval: 400, healthyInterval: 10_000 };

/**
 * Asks until the task stops. A container is HEALTHY after one success, UNHEALTHY after `retries` failures in a row. What
 * stands for a container, and has no image, is healthy.
 */
export async function watchContainer(
  env: Environment,
  task: EcsTask,
  container: TaskContainer,
  definition: ContainerDefinition,
  image: Image | undefined,
): Promise<void> {
  const check = definition.healthCheck;
  if (!check?.command?.length || check.command[0] === 'NONE') return;
  if (!image) return void (container.healthStatus = 'HEALTHY');
  const files = image;
  const { clock } = env.cloud;
  const command = check.command[0] === 'CMD-SHELL' ? ['/bin/sh', '-c', check.command[1]!] : check.command.slice(1);
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check;
  const graceEnd = startPeriod ? Date.now() + Math.max(clock.milliseconds(startPeriod), real.startPeriod) : 0;
  const signal = task.stopping.signal;
  let failures = 0;
  while (!signal.aborted) {
    const pause = Math.max(
      clock.milliseconds(interval),
      container.healthStatus === 'HEALTHY' && !failures ? real.healthyInterval : real.interval,
    );
    await sleep(pause, signal);
    if (signal.aborted) return;
    const passed = await attempt(Math.max(clock.milliseconds(timeout), real.timeout));
    if (signal.aborted) return;
    failures = passed ? 0 : failures + Number(Date.now() >= graceEnd);
    const before = container.healthStatus;
    if (passed) container.healthStatus = 'HEALTHY';
    else if (failures >= retries) container.healthStatus = 'UNHEALTHY';
    if (before !== container.healthStatus) task.service.wake();
  }

  async function attempt(limit: number): Promise<boolean> {
    const child = execute(env, task, { definition, image: files, command });
    const late = setTimeout(() => void child.stop(0), limit);
    const { code } = await child.ended;
    clearTimeout(late);
    return code === 0;
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}

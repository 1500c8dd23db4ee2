// A container of an image that no registry here has: something of the local cloud stands for it.
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { addressBook } from '../../runtime/address-book';
import { startCollector } from '../../runtime/collector';
import type { Environment } from '../../state';
import { logOf } from './containers';
import { checkTraces } from './permissions';
import type { EcsTask, TaskContainer } from './state';

/** Starts the collector of a task. The task's processes reach it on localhost, others where its ports are mapped. */
export async function startStandIn(
  env: Environment,
  task: EcsTask,
  container: TaskContainer,
  definition: ContainerDefinition,
): Promise<void> {
  const log = logOf(env, task, definition);
  const collector = await startCollector((line) => {
    try {
      checkTraces(env, task.id, task.taskDefinition);
      log(line);
    } catch (error: any) {
      log(JSON.stringify({ level: 'error', msg: 'Exporting failed. Dropping data.', error: error.message }));
    }
  });
  let closed: Promise<void> | undefined;
  const stop = () => {
    container.exitCode ??= 0;
    return (closed ??= collector.close());
  };
  env.cloud.onStop(stop);
  // The task was stopped before its collector had started: nobody else will end it.
  if (task.stopping.signal.aborted) return stop();
  container.process = { stop };
  container.lastStatus = 'RUNNING';
  for (const [own, loopback] of collector.ports) task.ports.set(own, loopback);
  for (const [own, loopback] of collector.datagrams) task.datagrams.set(own, loopback);
  for (const { containerPort: port, protocol } of definition.portMappings ?? []) {
    const loopback = protocol === 'udp' ? undefined : collector.ports.get(port!);
    if (loopback) addressBook(env).publish(task.vpcId, task.ip!, port!, loopback);
  }
  log(JSON.stringify({ level: 'info', msg: 'Everything is ready. Begin running and processing data.' }));
}

// The life of a task: PROVISIONING, PENDING, RUNNING, then DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED.
import { randomBytes } from 'node:crypto';
import { addressBook } from '../../runtime/address-book';
import { isCollector } from '../../runtime/collector';
import { certificateAuthority } from '../../runtime/certificate-authority';
import { imageFiles } from '../../runtime/images';
import { freePort } from '../../runtime/ports';
import type { Environment } from '../../state';
import { checkLogGroup, startContainer, type Image } from './containers';
import { watchContainer } from './health';
import { attachInterface, detachInterface } from './network-interface';
import { checkPull, checkRoles } from './permissions';
import { firstToStop, leastUsed, nextCapacityProvider } from './placement';
import { deregisterTask, leaveNames, registerTask } from './registration';
import { startStandIn } from './stand-in';
import { fetchSecrets } from './secrets';
import { shortName, tasks, tasksOf, type EcsService, type EcsTask, type TaskStatus, type Workload } from './state';

/** A process gets at least this long to end, whatever the speed (milliseconds). */
const leastGrace = 2000;
/** Stopped tasks stay visible for an hour on AWS; here the newest so many do. */
const keptStopped = 200;

const promises = new WeakMap<EcsTask, () => void>();

/** Starts a task of the workload; what fails shows in the task. Throws where its subnets do not exist. */
export function launch(env: Environment, service: EcsService, workload: Workload): EcsTask {
  const beside = tasksOf(env, workload).filter((t) => t.desiredStatus === 'RUNNING');
  const subnets = (workload.network.subnets ?? []).map((subnetId) => {
    const model = env.get('AWS::EC2::Subnet', subnetId)?.model;
    if (!model) throw new Error(`The subnet ID '${subnetId}' does not exist`);
    return { subnetId, zone: String(model.AvailabilityZone), vpcId: String(model.VpcId) };
  });
  const place = leastUsed(
    subnets,
    beside.map((t) => t.zone),
  );
  if (!place) throw new Error(`service ${service.name} has no subnets: tasks need awsvpcConfiguration.subnets`);
  const id = randomBytes(16).toString('hex');
  let done = () => {};
  const task: EcsTask = {
    id,
    arn: env.arn('ecs', `task/${shortName(service.clusterArn)}/${id}`),
    service,
    workload,
    taskDefinition: workload.taskDefinition,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    containers: workload.taskDefinition.containerDefinitions!.map((c) => ({
      name: c.name!,
      image: c.image!,
      essential: c.essential ?? true,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
    })),
    capacityProvider: nextCapacityProvider(
      workload.capacity,
      beside.map((t) => t.capacityProvider),
    ),
    ...place,
    ports: new Map(),
    datagrams: new Map(),
    registered: [],
    wasHealthy: false,
    createdAt: env.cloud.clock.now(),
    version: 1,
    stopping: new AbortController(),
    stopped: new Promise((resolve) => (done = resolve)),
  };
  promises.set(task, done);
  tasks(env).set(task.arn, task);
  void begin(env, task).catch((error: Error) => {
    for (const c of task.containers) if (!c.process) c.reason ??= error.message;
    return stop(env, task, 'TaskFailedToStart', error.message);
  });
  return task;
}

async function begin(env: Environment, task: EcsTask): Promise<void> {
  const { clock } = env.cloud;
  const { signal } = task.stopping;
  task.ip = addressBook(env).allocate(task.subnetId);
  attachInterface(env, task);
  await clock.sleep(2, signal);
  if (signal.aborted) return;
  become(task, 'PENDING');
  task.pullStartedAt = clock.now();
  const definitions = task.taskDefinition.containerDefinitions!;
  await certificateAuthority(env.cloud);
  checkRoles(env, task.arn, task.taskDefinition);
  for (const [i, container] of task.containers.entries())
    container.secrets = await fetchSecrets(env, task.id, task.taskDefinition, definitions[i]!);
  const images: (Image | undefined)[] = [];
  for (const { image } of definitions) {
    checkPull(env, task.id, task.taskDefinition, image);
    images.push(isCollector(image!) ? undefined : await imageFiles(env.cloud, image!));
  }
  task.pullStoppedAt = clock.now();
  for (const definition of definitions) checkLogGroup(env, task, definition);
  for (const [i, container] of task.containers.entries())
    if (!images[i]) await startStandIn(env, task, container, definitions[i]!);
  for (const port of definitions.flatMap((d, i) => (images[i] ? (d.portMappings ?? []) : []))) {
    const loopback = await freePort();
    task.ports.set(port.containerPort!, loopback);
    addressBook(env).publish(task.vpcId, task.ip, port.containerPort!, loopback);
  }
  await clock.sleep(2, signal);
  if (signal.aborted) return;
  task.containers.forEach((container, i) => {
    const image = images[i];
    if (!image) return;
    startContainer(env, task, container, definitions[i]!, image, (code) => {
      container.lastStatus = 'STOPPED';
      container.exitCode = code;
      task.version++;
      if (container.essential) void stop(env, task, 'EssentialContainerExited', 'Essential container in task exited');
    });
  });
  task.startedAt = clock.now();
  become(task, 'RUNNING');
  task.containers.forEach((container, i) => void watchContainer(env, task, container, definitions[i]!, images[i]));
  registerTask(env, task);
}

function become(task: EcsTask, status: TaskStatus): void {
  task.lastStatus = status;
  task.version++;
  task.service.wake();
}

/** Stops a task: out of its target groups first, then SIGTERM, then SIGKILL. The first reason stays. Resolves when it is STOPPED. */
export async function stop(
  env: Environment,
  task: EcsTask,
  stopCode: NonNullable<EcsTask['stopCode']>,
  stoppedReason: string,
): Promise<void> {
  if (task.desiredStatus === 'STOPPED') return task.stopped;
  const { clock } = env.cloud;
  const exited = stopCode === 'EssentialContainerExited';
  Object.assign(task, { desiredStatus: 'STOPPED', stopCode, stoppedReason, stoppingAt: clock.now() });
  task.stopping.abort();
  leaveNames(env, task);
  if (task.registered.length) {
    become(task, 'DEACTIVATING');
    const left = deregisterTask(env, task);
    // What has exited serves nobody: nothing waits for its draining.
    if (!exited) await left;
  }
  become(task, 'STOPPING');
  await Promise.all(
    task.containers.map((c, i) => {
      const { stopTimeout = 30 } = task.taskDefinition.containerDefinitions![i]!;
      return c.process?.stop(Math.max(clock.milliseconds(stopTimeout), leastGrace));
    }),
  );
  for (const c of task.containers) c.lastStatus = 'STOPPED';
  become(task, 'DEPROVISIONING');
  await clock.sleep(2, env.cloud.signal);
  if (task.ip) {
    addressBook(env).withdraw(task.vpcId, task.ip);
    addressBook(env).release(task.ip);
    detachInterface(env, task);
  }
  if (!task.wasHealthy && stopCode !== 'ServiceSchedulerInitiated') task.workload.failures++;
  task.stoppedAt = clock.now();
  become(task, 'STOPPED');
  promises.get(task)?.();
  forgetOldest(env);
}

function forgetOldest(env: Environment): void {
  const stopped = [...tasks(env).values()].filter((t) => t.lastStatus === 'STOPPED');
  for (const t of stopped.slice(0, Math.max(0, stopped.length - keptStopped))) tasks(env).delete(t.arn);
}

/** Stops so many of the tasks because the scheduler wants fewer; returns those it stopped. */
export function stopSurplus(env: Environment, candidates: EcsTask[], count: number): EcsTask[] {
  const left = [...candidates];
  const chosen: EcsTask[] = [];
  while (chosen.length < count && left.length) {
    const next = firstToStop(left)!;
    left.splice(left.indexOf(next), 1);
    chosen.push(next);
    void stop(env, next, 'ServiceSchedulerInitiated', `Scaling activity initiated by (deployment ${next.workload.id})`);
  }
  return chosen;
}

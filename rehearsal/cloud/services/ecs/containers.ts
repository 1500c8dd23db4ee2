// A container is a process on the files of its image.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { imageFiles } from '../../runtime/images';
import { addressBook } from '../../runtime/address-book';
import { authorityFile } from '../../runtime/certificate-authority';
import { start, vpcEnvironment, type Running } from '../../runtime/processes';
import type { Environment } from '../../state';
import { putLogLine } from '../logs';
import { checkLog } from './permissions';
import type { EcsTask, TaskContainer } from './state';

export type Image = Awaited<ReturnType<typeof imageFiles>>;

/** Throws ResourceInitializationError where the container's log group is missing, as ECS does before it starts anything. */
export function checkLogGroup(env: Environment, task: EcsTask, definition: ContainerDefinition): void {
  const group = definition.logConfiguration?.options?.['awslogs-group'];
  if (!group || definition.logConfiguration?.options?.['awslogs-create-group'] === 'true') return;
  if (env.get('AWS::Logs::LogGroup', group))
    return checkLog(env, task.id, task.taskDefinition, streamOf(task, definition), definition);
  throw new Error(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
      'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
  );
}

/** Environment of everything that runs in the container: the image's variables, the task definition's, then its secrets. */
export function environment(env: Environment, task: EcsTask, definition: ContainerDefinition, image: Image) {
  const own = Object.fromEntries(image.config.Env.map((pair) => splitOnce(pair)));
  const { secrets } = task.containers.find((container) => container.name === definition.name)!;
  return {
    HOME: '/root',
    HOSTNAME: `ip-${task.ip!.replaceAll('.', '-')}.ec2.internal`,
    AWS_REGION: env.region,
    AWS_DEFAULT_REGION: env.region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL: env.cloud.endpoint,
    // Containers trust public authorities, Amazon's among them. The cloud's own one stands in for all of them.
    NODE_EXTRA_CA_CERTS: authorityFile(env.cloud),
    ...withoutPath(own),
    ...Object.fromEntries((definition.environment ?? []).map((e) => [e.name!, e.value ?? ''])),
    ...secrets,
    ...vpcEnvironment(addressBook(env).file(task.vpcId), task.ports, task.datagrams),
  };
}

/** Starts a command in the container. */
export function execute(
  env: Environment,
  task: EcsTask,
  { definition, image, command }: { definition: ContainerDefinition; image: Image; command: string[] },
  onLine?: (line: string) => void,
  onExit?: (code: number) => void,
): Running {
  const [program = '', ...args] = command[0] === 'docker-entrypoint.sh' ? command.slice(1) : command;
  const cwd = join(image.directory, definition.workingDirectory ?? image.config.WorkingDir ?? '/');
  if (!existsSync(cwd))
    throw new Error(
      `CannotStartContainerError: the image has no folder ${definition.workingDirectory ?? image.config.WorkingDir}`,
    );
  return start({
    cloud: env.cloud,
    command: program === 'node' ? process.execPath : program,
    args,
    cwd,
    env: environment(env, task, definition, image),
    onLine,
    onExit: (code, signal) => onExit?.(code ?? (signal === 'SIGKILL' ? 137 : 143)),
  });
}

const streamOf = ({ id }: EcsTask, { name, logConfiguration }: ContainerDefinition) =>
  `${logConfiguration?.options?.['awslogs-stream-prefix']}/${name}/${id}`;

/** Where the container's lines go: its stream of its log group. */
export function logOf(env: Environment, task: EcsTask, { name, logConfiguration }: ContainerDefinition) {
  const options = logConfiguration?.options ?? {};
  const group = options['awslogs-group'];
  const stream = streamOf(task, { name, logConfiguration });
  return (line: string) => {
    if (!group || logConfiguration?.logDriver !== 'awslogs') return;
    try {
      putLogLine(env, group, stream, line);
    } catch {
      // the group was deleted while the task runs: the driver drops its lines
    }
  };
}

/** Starts the container itself; its lines go to its log group. */
export function startContainer(
  env: Environment,
  task: EcsTask,
  container: TaskContainer,
  definition: ContainerDefinition,
  image: Image,
  onExit: (code: number) => void,
): void {
  const { entryPoint, command = entryPoint ? [] : image.config.Cmd } = definition;
  container.imageDigest = image.digest;
  container.process = execute(
    env,
    task,
    { definition, image, command: [...(entryPoint ?? image.config.Entrypoint ?? []), ...(command ?? [])] },
    logOf(env, task, definition),
    onExit,
  );
  container.lastStatus = 'RUNNING';
}

const splitOnce = (pair: string): [string, string] => {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
};
/** The image's PATH names folders of the image; programs come from this machine. */
const withoutPath = ({ PATH: _path, ...rest }: Record<string, string>) => rest;

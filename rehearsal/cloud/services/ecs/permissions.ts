// What ECS and the agent do in a task's roles before its containers run, and while they do.
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { logStreamArn } from '../../access/calls/logs';
import { demand, sessionOf, untrusted } from '../../access/services';
import type { Environment } from '../../state';

const service = 'ecs-tasks.amazonaws.com';
const unretrieved =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';
const retried = 'service call has been retried 1 time(s)';

/** Runs a check; what is denied becomes ECS's own error. */
function within(words: string, check: () => void): void {
  try {
    check();
  } catch (error: any) {
    throw new Error(`${words}: ${error.code}: ${error.message}`, { cause: error });
  }
}

/** Throws where a role of the task does not exist, or does not trust ECS. */
export function checkRoles(env: Environment, taskArn: string, { executionRoleArn, taskRoleArn }: TaskDefinition): void {
  for (const role of [executionRoleArn, taskRoleArn]) {
    if (!role || !untrusted(env.cloud, service, role, taskArn)) continue;
    throw new Error(
      `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being ` +
        'passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
    );
  }
}

/** Throws ResourceInitializationError or CannotPullContainerError where the execution role may not pull the image. */
export function checkPull(env: Environment, taskId: string, { executionRoleArn }: TaskDefinition, image = ''): void {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com\/([^:@]+)/.exec(image) ?? [];
  if (!executionRoleArn || !repository) return;
  const actor = sessionOf(executionRoleArn, taskId);
  within(`${unretrieved}: unable to retrieve ecr registry auth: ${retried}`, () =>
    demand(env, actor, [{ action: 'ecr:GetAuthorizationToken', resource: '*' }]),
  );
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
  within(
    `CannotPullContainerError: pull image manifest has been ${retried.slice(13)}: failed to resolve ref ${image}`,
    () =>
      demand(
        env,
        actor,
        ['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map((name) => ({
          action: `ecr:${name}`,
          resource,
        })),
      ),
  );
}

/** Throws ResourceInitializationError where the execution role may not write the container's log. */
export function checkLog(
  env: Environment,
  taskId: string,
  { executionRoleArn }: TaskDefinition,
  stream: string,
  definition: ContainerDefinition,
): void {
  const group = definition.logConfiguration?.options?.['awslogs-group'];
  if (!executionRoleArn || !group) return;
  const resource = logStreamArn(env, group, stream);
  within(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream',
    () =>
      demand(
        env,
        sessionOf(executionRoleArn, taskId),
        ['CreateLogStream', 'PutLogEvents'].map((name) => ({ action: `logs:${name}`, resource })),
      ),
  );
}

/** Throws AccessDenied where the task's role may not send traces to X-Ray, as the collector does. */
export function checkTraces(env: Environment, taskId: string, { taskRoleArn }: TaskDefinition): void {
  if (taskRoleArn) demand(env, sessionOf(taskRoleArn, taskId), [{ action: 'xray:PutTraceSegments', resource: '*' }]);
}

import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import { AwsError } from '../../wire/service';
import { checkExecutionRole } from './secrets';
import { shortName, taskDefinitions } from './state';

const lastRevision = (env: Environment) => env.shelf<number>('ecs/last-revision');

/** Takes the family's next revision number. Numbers are never used again. */
export function nextRevision(env: Environment, family: string): number {
  const revision = (lastRevision(env).get(family) ?? 0) + 1;
  lastRevision(env).set(family, revision);
  return revision;
}

/** Stores a revision as ECS describes it. */
export function storeTaskDefinition(
  env: Environment,
  revision: number,
  { tags: _tags, ...asked }: RegisterTaskDefinitionRequest,
  registeredBy: string,
): TaskDefinition {
  checkSizes(asked);
  checkExecutionRole(asked);
  const family = asked.family!;
  const definition: TaskDefinition = {
    volumes: [],
    placementConstraints: [],
    compatibilities: ['EC2', 'FARGATE'],
    ...asked,
    containerDefinitions: (asked.containerDefinitions ?? []).map((c) => ({
      cpu: 0,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...c,
      essential: c.essential ?? true,
      portMappings: (c.portMappings ?? []).map((p) => ({ hostPort: p.containerPort, protocol: 'tcp', ...p })),
    })),
    taskDefinitionArn: env.arn('ecs', `task-definition/${family}:${revision}`),
    revision,
    status: 'ACTIVE',
    registeredAt: env.cloud.clock.now(),
    registeredBy,
  };
  taskDefinitions(env).set(definition.taskDefinitionArn!, definition);
  return definition;
}

/** Containers fit into their task. Source of the texts: aws/aws-cdk#24629, pulumi/pulumi-awsx#1220. */
function checkSizes({ cpu, memory, containerDefinitions = [] }: RegisterTaskDefinitionRequest): void {
  const refuse = (message: string) => {
    throw new AwsError('ClientException', message);
  };
  for (const [name, most] of Object.entries({ cpu, memory })) {
    if (most === undefined) continue;
    const own = containerDefinitions.map((c) => c[name as 'cpu' | 'memory'] ?? 0);
    const large = own.findIndex((size) => size > Number(most));
    if (large >= 0)
      refuse(
        `The '${name}' setting for container '${containerDefinitions[large]!.name}' is greater than for the task.`,
      );
    if (own.reduce((a, b) => a + b, 0) > Number(most))
      refuse(`The sum of all container '${name}' values cannot be greater than the value of the task '${name}'.`);
  }
}

/** A revision by ARN, family:revision, or family, which means its latest active revision. */
export function findTaskDefinition(env: Environment, reference = ''): TaskDefinition | undefined {
  const name = shortName(reference);
  if (name.includes(':')) return taskDefinitions(env).get(env.arn('ecs', `task-definition/${name}`));
  return revisionsOf(env, name)
    .filter((d) => d.status === 'ACTIVE')
    .at(-1);
}

/** As findTaskDefinition, for starting tasks: a revision that is INACTIVE starts nothing new. */
export function activeTaskDefinition(env: Environment, reference: string): TaskDefinition {
  const found = findTaskDefinition(env, reference);
  if (!found) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return found;
}

/** Revisions of a family, oldest first. */
export const revisionsOf = (env: Environment, family: string): TaskDefinition[] =>
  [...taskDefinitions(env).values()].filter((d) => d.family === family).sort((a, b) => a.revision! - b.revision!);

/** Makes a revision INACTIVE: what runs goes on, nothing new starts from it. */
export function deregister(env: Environment, definition: TaskDefinition): TaskDefinition {
  definition.status = 'INACTIVE';
  definition.deregisteredAt = env.cloud.clock.now();
  return definition;
}

/** Deletes a revision that is INACTIVE: nothing finds it any more. Returns why not, where it is not deleted. */
export function deleteRevision(env: Environment, reference: string): TaskDefinition | string {
  const found = findTaskDefinition(env, reference);
  if (!found)
    return 'The specified task definition does not exist. Specify a valid account, family, revision and try again.';
  if (found.status === 'ACTIVE')
    return 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
  taskDefinitions(env).delete(found.taskDefinitionArn!);
  return { ...found, status: 'DELETE_IN_PROGRESS' };
}

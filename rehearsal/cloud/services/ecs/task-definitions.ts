import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import { AwsError } from '../../wire/service';
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

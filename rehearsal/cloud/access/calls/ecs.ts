import type * as sdk from '@aws-sdk/client-ecs';
import { findTaskDefinition } from '../../services/ecs/task-definitions';
import type { Environment } from '../../state';
import { each, passRoles, type Need, type Rules } from './rules';

const last = (nameOrArn = 'default') => nameOrArn.split('/').pop()!;
const clusterArn = (env: Environment, cluster?: string) => env.arn('ecs', `cluster/${last(cluster)}`);
const inCluster = (env: Environment, cluster?: string) => ({ 'ecs:cluster': clusterArn(env, cluster) });
const arnOf = (env: Environment, kind: string, cluster: string | undefined, name: string) =>
  name.startsWith('arn:') ? name : env.arn('ecs', `${kind}/${last(cluster)}/${name}`);

const of = (env: Environment, kind: string, cluster: string | undefined, names: string[] | undefined): Need[] =>
  each(names, (name) => arnOf(env, kind, cluster, name)).map((resource) => ({
    resource,
    context: inCluster(env, cluster),
  }));

/** Who runs a revision hands its roles to ECS. */
function passed(env: Environment, taskDefinition: string | undefined): Need[] {
  const found = taskDefinition ? findTaskDefinition(env, taskDefinition) : undefined;
  return passRoles('ecs-tasks.amazonaws.com', found?.executionRoleArn, found?.taskRoleArn);
}

const service = (env: Environment, { cluster, service: name }: { cluster?: string; service?: string }) =>
  of(env, 'service', cluster, [name!]);
const taskSets = (
  env: Environment,
  { cluster, service: name }: { cluster?: string; service?: string },
  ids?: string[],
) =>
  each(ids, (id) => arnOf(env, 'task-set', cluster, `${last(name)}/${last(id)}`)).map((resource) => ({
    resource,
    context: inCluster(env, cluster),
  }));

export const ecs: Rules<typeof sdk> = {
  DescribeClusters: ({ clusters }, env) => each(clusters ?? ['default'], (name) => clusterArn(env, name)),
  ListServices: ({ cluster }, env) => ({ resource: '*', context: inCluster(env, cluster) }),
  DescribeServices: ({ cluster, services }, env) => of(env, 'service', cluster, services),
  CreateService: (input, env) => [
    ...service(env, { ...input, service: input.serviceName }),
    ...passed(env, input.taskDefinition),
  ],
  UpdateService: (input, env) => [...service(env, input), ...passed(env, input.taskDefinition)],
  DeleteService: (input, env) => service(env, input),
  CreateTaskSet: (input, env) => [...taskSets(env, input), ...passed(env, input.taskDefinition)],
  UpdateTaskSet: (input, env) => taskSets(env, input, [input.taskSet!]),
  DeleteTaskSet: (input, env) => taskSets(env, input, [input.taskSet!]),
  DescribeTaskSets: (input, env) => taskSets(env, input, input.taskSets),
  ListTasks: ({ cluster }, env) => ({ resource: '*', context: inCluster(env, cluster) }),
  DescribeTasks: ({ cluster, tasks }, env) => of(env, 'task', cluster, tasks),
  StopTask: ({ cluster, task }, env) => of(env, 'task', cluster, [task!]),
  RegisterTaskDefinition: ({ family, executionRoleArn, taskRoleArn }, env) => [
    env.arn('ecs', `task-definition/${family}:*`),
    ...passRoles('ecs-tasks.amazonaws.com', executionRoleArn, taskRoleArn),
  ],
  DeleteTaskDefinitions: ({ taskDefinitions }, env) =>
    each(taskDefinitions, (name) => (name.startsWith('arn:') ? name : env.arn('ecs', `task-definition/${name}`))),
  ListTagsForResource: ({ resourceArn }) => resourceArn!,
};

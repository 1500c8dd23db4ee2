import * as sdk from '@aws-sdk/client-ecs';
import { environmentOf } from '../../identity';
import type { Cloud, Environment, Resource, Values } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import { describeService, describeTask, describeTaskSet } from './describe';
import { createService, deleteService, updateService } from './services';
import { apiShape } from './shapes';
import {
  activeService,
  clusterArn,
  findService,
  services,
  shortName,
  taskDefinitions,
  tasks,
  type EcsService,
} from './state';
import {
  activeTaskDefinition,
  deleteRevision,
  deregister,
  findTaskDefinition,
  nextRevision,
  storeTaskDefinition,
} from './task-definitions';
import { createTaskSet, deleteTaskSet } from './task-sets';
import { stop } from './tasks';

export const api = (cloud: Cloud) => {
  const of = (context: Context) => environmentOf(cloud, context);
  return service(sdk)({
    DescribeClusters: (input, context) => {
      const env = of(context);
      const asked = (input.clusters ?? ['default']).map((name) => ({
        name,
        found: env.get('AWS::ECS::Cluster', shortName(name)),
      }));
      const arn = (name: string) => (name.startsWith('arn:') ? name : env.arn('ecs', `cluster/${name}`));
      return {
        clusters: asked.flatMap(({ found }) => (found ? [describeCluster(env, found, input.include ?? [])] : [])),
        failures: asked.flatMap(({ name, found }) => (found ? [] : [{ arn: arn(name), reason: 'MISSING' }])),
      };
    },
    ListClusters: (_input, context) => ({
      clusterArns: of(context)
        .list('AWS::ECS::Cluster')
        .map((c) => c.model.Arn),
    }),
    ListServices: (input, context) => {
      const env = of(context);
      const cluster = clusterArn(env, input.cluster);
      const found = [...services(env).values()].filter((s) => s.clusterArn === cluster && s.status !== 'INACTIVE');
      return { serviceArns: found.map((s) => s.arn) };
    },
    DescribeServices: (input, context) => {
      const env = of(context);
      clusterArn(env, input.cluster);
      const asked = (input.services ?? []).map((name) => ({ name, found: findService(env, input.cluster, name) }));
      const tags = input.include?.includes('TAGS') ?? false;
      const arn = (name: string) =>
        name.startsWith('arn:') ? name : env.arn('ecs', `service/${shortName(input.cluster ?? 'default')}/${name}`);
      return {
        services: asked.flatMap(({ found }) => (found ? [describeService(env, found, tags)] : [])),
        failures: asked.flatMap(({ name, found }) => (found ? [] : [{ arn: arn(name), reason: 'MISSING' }])),
      };
    },
    CreateService: (input, context) => {
      const env = of(context);
      const arn = env.arn('ecs', `service/${shortName(input.cluster ?? 'default')}/${input.serviceName}`);
      const made = createService(env, arn, input.serviceName!, input, context.principalArn);
      return { service: describeService(env, made, true) };
    },
    UpdateService: (input, context) => {
      const env = of(context);
      const found = activeService(env, input.cluster, input.service);
      return { service: describeService(env, updateService(env, found, input), false) };
    },
    DeleteService: (input, context) => {
      const env = of(context);
      const found = activeService(env, input.cluster, input.service);
      return { service: describeService(env, deleteService(found, input.force), false) };
    },
    CreateTaskSet: (input, context) => {
      const env = of(context);
      const found = activeService(env, input.cluster, input.service);
      const made = createTaskSet(env, found, {
        taskDefinition: input.taskDefinition!,
        loadBalancers: input.loadBalancers ?? [],
        network: input.networkConfiguration?.awsvpcConfiguration,
        capacity: input.capacityProviderStrategy,
        platformVersion: input.platformVersion,
        externalId: input.externalId,
        startedBy: context.principalArn,
      });
      made.scale = input.scale?.value ?? made.scale;
      return { taskSet: describeTaskSet(env, found, made) };
    },
    UpdateTaskSet: (input, context) => {
      const env = of(context);
      const { found, taskSet } = taskSetOf(env, input.cluster, input.service, input.taskSet);
      taskSet.scale = input.scale?.value ?? taskSet.scale;
      return { taskSet: describeTaskSet(env, found, taskSet) };
    },
    DeleteTaskSet: (input, context) => {
      const env = of(context);
      const { found, taskSet } = taskSetOf(env, input.cluster, input.service, input.taskSet);
      void deleteTaskSet(env, found, taskSet);
      return { taskSet: describeTaskSet(env, found, taskSet) };
    },
    DescribeTaskSets: (input, context) => {
      const env = of(context);
      const found = activeService(env, input.cluster, input.service);
      const wanted = found.workloads.filter(
        (w) => !input.taskSets || input.taskSets.some((id) => w.id === taskSetId(id)),
      );
      return { taskSets: wanted.map((w) => describeTaskSet(env, found, w)), failures: [] };
    },
    ListTasks: (input, context) => {
      const env = of(context);
      const cluster = clusterArn(env, input.cluster);
      if (input.serviceName) activeOrDraining(findService(env, input.cluster, input.serviceName));
      const { desiredStatus = 'RUNNING', family, serviceName, startedBy } = input;
      const found = [...tasks(env).values()].filter(
        (t) =>
          t.service.clusterArn === cluster &&
          t.desiredStatus === desiredStatus &&
          (!serviceName || t.service.name === shortName(serviceName)) &&
          (!family || t.taskDefinition.family === family) &&
          (!startedBy || t.workload.id === startedBy),
      );
      return { taskArns: found.map((t) => t.arn) };
    },
    DescribeTasks: (input, context) => {
      const env = of(context);
      const arn = (id: string) =>
        id.startsWith('arn:') ? id : env.arn('ecs', `task/${shortName(input.cluster ?? 'default')}/${id}`);
      const asked = (input.tasks ?? []).map((id) => ({ arn: arn(id), found: tasks(env).get(arn(id)) }));
      return {
        tasks: asked.flatMap(({ found }) => (found ? [describeTask(env, found)] : [])),
        failures: asked.flatMap((a) => (a.found ? [] : [{ arn: a.arn, reason: 'MISSING' }])),
      };
    },
    StopTask: (input, context) => {
      const env = of(context);
      const found = [...tasks(env).values()].find((t) => t.id === shortName(input.task));
      if (!found) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      void stop(env, found, 'UserInitiated', input.reason ?? 'Task stopped by user');
      return { task: describeTask(env, found) };
    },
    RegisterTaskDefinition: (input, context) => {
      const env = of(context);
      const taskDefinition = storeTaskDefinition(env, nextRevision(env, input.family!), input, context.principalArn);
      return { taskDefinition, tags: input.tags };
    },
    DeregisterTaskDefinition: (input, context) => {
      const env = of(context);
      return { taskDefinition: deregister(env, activeTaskDefinition(env, input.taskDefinition!)) };
    },
    DeleteTaskDefinitions: (input, context) => {
      const env = of(context);
      const asked = input.taskDefinitions ?? [];
      if (asked.length > 10)
        throw new AwsError('InvalidParameterException', 'The number of task definitions cannot be greater than 10.');
      const results = asked.map((arn) => ({ arn, result: deleteRevision(env, arn) }));
      return {
        taskDefinitions: results.flatMap(({ result }) => (typeof result === 'string' ? [] : [result])),
        failures: results.flatMap(({ arn, result }) => (typeof result === 'string' ? [{ arn, reason: result }] : [])),
      };
    },
    DescribeTaskDefinition: (input, context) => {
      const env = of(context);
      const taskDefinition = findTaskDefinition(env, input.taskDefinition);
      if (!taskDefinition) throw new AwsError('ClientException', 'Unable to describe task definition.');
      const tags = apiShape(env.get('AWS::ECS::TaskDefinition', taskDefinition.taskDefinitionArn!)?.model.Tags ?? []);
      return { taskDefinition, tags: input.include?.includes('TAGS') ? tags : [] };
    },
    ListTaskDefinitions: (input, context) => {
      const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
      const found = [...taskDefinitions(of(context)).values()]
        .filter((d) => (!familyPrefix || d.family === familyPrefix) && d.status === status)
        .sort((a, b) => a.family!.localeCompare(b.family!) || a.revision! - b.revision!);
      if (sort === 'DESC') found.reverse();
      return { taskDefinitionArns: found.map((d) => d.taskDefinitionArn!) };
    },
    ListTaskDefinitionFamilies: (input, context) => {
      const { familyPrefix = '', status = 'ACTIVE' } = input;
      const all = [...taskDefinitions(of(context)).values()].filter((d) => d.family!.startsWith(familyPrefix));
      const active = new Set(all.filter((d) => d.status === 'ACTIVE').map((d) => d.family!));
      // A family is INACTIVE when none of its revisions is active.
      const fits = (family: string) => status === 'ALL' || active.has(family) === (status === 'ACTIVE');
      return { families: [...new Set(all.map((d) => d.family!))].filter(fits).sort() };
    },
    ListTagsForResource: (input, context) => {
      const env = of(context);
      const found = services(env).get(input.resourceArn!);
      if (found) return { tags: found.tags };
      const types = ['AWS::ECS::Cluster', 'AWS::ECS::TaskDefinition'];
      const resource = types
        .flatMap((type) => env.list(type))
        .find((r) => [r.id, r.model.Arn].includes(input.resourceArn));
      if (!resource) throw new AwsError('InvalidParameterException', 'The specified resource was not found.');
      return { tags: apiShape(resource.model.Tags ?? []) };
    },
  });
};

/** The id in a task set's id or ARN: both end in ecs-svc/<number>. */
const taskSetId = (idOrArn = '') => idOrArn.split('/').slice(-2).join('/');

function taskSetOf(env: Environment, cluster?: string, name?: string, idOrArn?: string) {
  const found = activeService(env, cluster, name);
  const taskSet = found.workloads.find((w) => w.id === taskSetId(idOrArn));
  if (!taskSet) throw new AwsError('TaskSetNotFoundException', 'The specified task set could not be found.');
  return { found, taskSet };
}

function activeOrDraining(found: EcsService | undefined): void {
  if (!found) throw new AwsError('ServiceNotFoundException', 'Service not found.');
}

function describeCluster(env: Environment, { id, model }: Resource, include: string[]): sdk.Cluster {
  const own = [...services(env).values()].filter((s) => s.clusterArn === model.Arn && s.status !== 'INACTIVE');
  const running = [...tasks(env).values()].filter((t) => t.service.clusterArn === model.Arn);
  const associations: Values = env.get('AWS::ECS::ClusterCapacityProviderAssociations', id)?.model ?? model;
  return {
    clusterArn: model.Arn,
    clusterName: id,
    status: 'ACTIVE',
    activeServicesCount: own.length,
    runningTasksCount: running.filter((t) => t.lastStatus === 'RUNNING').length,
    pendingTasksCount: running.filter((t) => ['PROVISIONING', 'PENDING'].includes(t.lastStatus)).length,
    registeredContainerInstancesCount: 0,
    capacityProviders: associations.CapacityProviders ?? [],
    defaultCapacityProviderStrategy: apiShape(associations.DefaultCapacityProviderStrategy ?? []),
    settings: include.includes('SETTINGS') ? apiShape(model.ClusterSettings ?? []) : [],
    configuration: include.includes('CONFIGURATIONS') ? apiShape(model.Configuration ?? {}) : undefined,
    statistics: [],
    tags: include.includes('TAGS') ? apiShape(model.Tags ?? []) : [],
  };
}

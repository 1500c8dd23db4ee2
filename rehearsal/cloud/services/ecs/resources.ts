// ECS's resource types beyond their specification.
import { HandlerError, serviceError } from '../../cloudformation/handler-error';
import type { ResourceType } from '../../module';
import type { Environment, Resource, Values } from '../../state';
import { createService, deleteService, gone, ownedByCodeDeploy, steady, updateService } from './services';
import { apiShape, taskDefinitionShape } from './shapes';
import { services, shortName, taskDefinitions, tasks, type EcsService } from './state';
import { deregister, nextRevision, storeTaskDefinition } from './task-definitions';

const refuse = (operation: string, error: any) =>
  serviceError('AmazonECS', operation, error.code ?? 'ServerException', error.message);

const cluster: ResourceType = {
  attributes: ({ model, arn }) => ({ Arn: arn('ecs', `cluster/${model.ClusterName}`) }),
  beforeDelete({ model }, env) {
    const used = [...services(env).values()].some((s) => s.clusterArn === model.Arn && s.status === 'ACTIVE');
    if (!used) return;
    const error = {
      code: 'ClusterContainsServicesException',
      message: 'The Cluster cannot be deleted while Services are active.',
    };
    throw refuse('DeleteCluster', error);
  },
  deleted({ model }, env) {
    for (const t of tasks(env).values())
      if (t.service.clusterArn === model.Arn && t.lastStatus === 'STOPPED') tasks(env).delete(t.arn);
  },
};

const taskDefinition: ResourceType = {
  name: 'Family',
  attributes({ env, model, seed, arn }) {
    // Everything about a resource is computed again when it changes: a revision keeps the number that it was given.
    const given = env.shelf<number>('ecs/revision-of-seed');
    if (!given.has(seed)) given.set(seed, nextRevision(env, model.Family));
    return { TaskDefinitionArn: arn('ecs', `task-definition/${model.Family}:${given.get(seed)}`) };
  },
  created(resource, env) {
    const asked = taskDefinitionShape({ ...resource.properties, Family: resource.model.Family });
    const revision = Number(resource.id.split(':').pop());
    try {
      storeTaskDefinition(env, revision, asked as never, `arn:aws:iam::${env.account}:root`);
    } catch (error) {
      throw refuse('Create TaskDefinition', error);
    }
  },
  deleted(resource, env) {
    const found = taskDefinitions(env).get(resource.id);
    if (found) deregister(env, found);
  },
};

const service: ResourceType = {
  attributes: ({ model, properties, arn }) => ({
    Name: model.ServiceName,
    ServiceArn: arn('ecs', `service/${shortName(properties.Cluster ?? 'default')}/${model.ServiceName}`),
  }),
  beforeUpdate(current, _properties, changed) {
    if (current.properties.DeploymentController?.Type !== 'CODE_DEPLOY' || !changed.length) return;
    const words: Record<string, string> = {
      NetworkConfiguration: 'network parameters',
      LoadBalancers: 'load balancers',
      PlatformVersion: 'platform version',
      CapacityProviderStrategy: 'capacity provider strategy',
    };
    // The handler sends every property with every update, so ECS refuses whatever changed, by the task definition at the least.
    const first = changed.map((c) => words[c.name]).find(Boolean) ?? 'task definition';
    throw refuse('UpdateService', { code: 'InvalidParameterException', message: ownedByCodeDeploy(first) });
  },
  async created(resource, env, signal) {
    await awaitSteady(env, made(env, resource), signal);
  },
  async updated(resource, _before, env, signal) {
    const found = services(env).get(resource.id);
    if (!found || found.controller !== 'ECS') return;
    const p = apiShape(resource.properties);
    const { deploymentConfiguration, healthCheckGracePeriodSeconds, enableExecuteCommand, propagateTags } = p;
    try {
      updateService(env, found, {
        service: found.arn,
        taskDefinition: p.taskDefinition,
        desiredCount: p.desiredCount === undefined ? undefined : Number(p.desiredCount),
        networkConfiguration: p.networkConfiguration,
        capacityProviderStrategy: p.capacityProviderStrategy,
        loadBalancers: p.loadBalancers,
        serviceRegistries: p.serviceRegistries,
        platformVersion: p.platformVersion,
        ...{ deploymentConfiguration, healthCheckGracePeriodSeconds, enableExecuteCommand, propagateTags },
      });
    } catch (error) {
      throw refuse('UpdateService', error);
    }
    found.tags = p.tags ?? [];
    await awaitSteady(env, found, signal);
  },
  live({ id, model }, env) {
    const found = services(env).get(id);
    if (!found || found.status !== 'ACTIVE') return undefined;
    const primary = found.workloads.find((w) => w.status === 'PRIMARY');
    return {
      ...{ ...model, DesiredCount: found.desiredCount },
      // DescribeServices leaves it out where it is the default.
      DeploymentController: found.controller === 'ECS' ? undefined : { Type: found.controller },
      TaskDefinition: primary?.taskDefinition.taskDefinitionArn ?? found.taskDefinition,
      LoadBalancers: (primary ?? found).loadBalancers.map((l) => ({
        ...{ ContainerName: l.containerName, ContainerPort: l.containerPort, TargetGroupArn: l.targetGroupArn },
      })),
    };
  },
  async deleted(resource, env) {
    const found = services(env).get(resource.id);
    if (!found) return;
    if (found.status === 'ACTIVE') deleteService(found, true);
    await gone(env, found);
  },
};

function made(env: Environment, resource: Resource): EcsService {
  try {
    const { model, properties }: Values = resource;
    return createService(env, resource.id, model.ServiceName, properties, `arn:aws:iam::${env.account}:root`);
  } catch (error) {
    throw refuse('CreateService', error);
  }
}

async function awaitSteady(env: Environment, found: EcsService, signal: AbortSignal): Promise<void> {
  try {
    await steady(env, found, signal);
  } catch (error: any) {
    throw new HandlerError(found.broken ? 'GeneralServiceException' : 'NotStabilized', error.message);
  }
}

export const resources: Record<string, ResourceType> = {
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::TaskDefinition': taskDefinition,
  'AWS::ECS::Service': service,
  'AWS::ECS::ClusterCapacityProviderAssociations': {},
};

// Creating, changing and deleting services.
import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Environment, Values } from '../../state';
import { AwsError } from '../../wire/service';
import { deploy } from './rolling';
import { schedule } from './scheduler';
import { apiShape } from './shapes';
import { clusterArn, services, shortName, tasksOf, type EcsService } from './state';
import { activeTaskDefinition } from './task-definitions';
import { createTaskSet } from './task-sets';

/** Creates a service from CloudFormation's properties and starts its first deployment or task set. */
export function createService(
  env: Environment,
  arn: string,
  name: string,
  properties: Values,
  createdBy?: string,
): EcsService {
  const p = apiShape(properties);
  const controller = p.deploymentController?.type ?? 'ECS';
  const existing = services(env).get(arn);
  if (existing && existing.status !== 'INACTIVE') {
    throw new AwsError('InvalidParameterException', 'Creation of service was not idempotent.');
  }
  if (controller !== 'ECS' && p.deploymentConfiguration?.deploymentCircuitBreaker?.enable) {
    const message = 'Deployment circuit breaker is only supported with the ECS deployment controller.';
    throw new AwsError('InvalidParameterException', message);
  }
  const network = p.networkConfiguration?.awsvpcConfiguration;
  if (!network?.subnets?.length) {
    const message = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
    throw new AwsError('InvalidParameterException', message);
  }
  const service: EcsService = {
    arn,
    name,
    clusterArn: clusterArn(env, p.cluster),
    status: 'ACTIVE',
    controller,
    desiredCount: Number(p.desiredCount ?? 1),
    taskDefinition: p.taskDefinition,
    deploymentConfiguration: {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      ...p.deploymentConfiguration,
    },
    network: { assignPublicIp: 'DISABLED', securityGroups: [], ...network },
    capacity: capacityOf(env, p),
    loadBalancers: p.loadBalancers ?? [],
    registries: p.serviceRegistries ?? [],
    platformVersion: p.platformVersion ?? 'LATEST',
    healthCheckGracePeriodSeconds: Number(p.healthCheckGracePeriodSeconds ?? 0),
    enableExecuteCommand: p.enableExecuteCommand ?? false,
    enableECSManagedTags: p.enableECSManagedTags ?? false,
    propagateTags: p.propagateTags ?? 'NONE',
    roleArn: `arn:aws:iam::${env.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    tags: p.tags ?? [],
    createdAt: env.cloud.clock.now(),
    createdBy,
    events: [],
    workloads: [],
    wake: () => {},
  };
  const taskDefinition = activeTaskDefinition(env, service.taskDefinition);
  services(env).set(arn, service);
  if (controller === 'ECS') deploy(env, service, { ...service, taskDefinition });
  else if (controller === 'CODE_DEPLOY') createTaskSet(env, service, { ...service, startedBy: 'ECS' });
  void schedule(env, service);
  return service;
}

/** The strategy asked for, else the launch type, else the cluster's default strategy. */
function capacityOf(env: Environment, { capacityProviderStrategy, launchType, cluster }: Values) {
  if (capacityProviderStrategy?.length) return capacityProviderStrategy;
  if (launchType) return [{ capacityProvider: launchType, weight: 1, base: 0 }];
  const associations = env.get('AWS::ECS::ClusterCapacityProviderAssociations', shortName(cluster))?.model;
  const model = associations ?? env.get('AWS::ECS::Cluster', shortName(cluster))?.model;
  const standard = apiShape(model?.DefaultCapacityProviderStrategy ?? []);
  return standard.length ? standard : [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }];
}

/** What only CodeDeploy may change on a service that it controls, in ECS's words. */
const codeDeployOwned: [keyof UpdateServiceRequest, string][] = [
  ['taskDefinition', 'task definition'],
  ['networkConfiguration', 'network parameters'],
  ['loadBalancers', 'load balancers'],
  ['platformVersion', 'platform version'],
  ['capacityProviderStrategy', 'capacity provider strategy'],
];

/** The text with which ECS refuses such a change. */
export const ownedByCodeDeploy = (what: string) =>
  `Unable to update ${what} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`;

/** Changes a service. A change of what runs makes a new deployment. Throws what AWS refuses. */
export function updateService(env: Environment, service: EcsService, change: UpdateServiceRequest): EcsService {
  if (service.controller === 'CODE_DEPLOY') {
    const owned = codeDeployOwned.find(([name]) => change[name] !== undefined);
    if (owned) throw new AwsError('InvalidParameterException', ownedByCodeDeploy(owned[1]));
    if (change.forceNewDeployment) {
      const message =
        'Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.';
      throw new AwsError('InvalidParameterException', message);
    }
  }
  const running = service.workloads[0]!.taskDefinition;
  const taskDefinition = change.taskDefinition ? activeTaskDefinition(env, change.taskDefinition) : running;
  const network = change.networkConfiguration?.awsvpcConfiguration;
  const runs = {
    taskDefinition: taskDefinition.taskDefinitionArn!,
    network: network ? { assignPublicIp: 'DISABLED' as const, securityGroups: [], ...network } : service.network,
    capacity: change.capacityProviderStrategy ?? service.capacity,
    loadBalancers: change.loadBalancers ?? service.loadBalancers,
    registries: change.serviceRegistries ?? service.registries,
    platformVersion: change.platformVersion ?? service.platformVersion,
  };
  const current = { ...pick(service, runs), taskDefinition: running.taskDefinitionArn! };
  const anew = change.forceNewDeployment === true || JSON.stringify(current) !== JSON.stringify(runs);
  Object.assign(service, {
    desiredCount: change.desiredCount ?? service.desiredCount,
    deploymentConfiguration: { ...service.deploymentConfiguration, ...change.deploymentConfiguration },
    healthCheckGracePeriodSeconds: change.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds,
    enableExecuteCommand: change.enableExecuteCommand ?? service.enableExecuteCommand,
    propagateTags: change.propagateTags ?? service.propagateTags,
  });
  if (anew && service.controller === 'ECS') {
    Object.assign(service, runs);
    deploy(env, service, { ...runs, taskDefinition });
  }
  service.broken = undefined;
  service.workloads.forEach((w) => (w.stable = false));
  service.wake();
  return service;
}

/** The values of the same names, in the same order. */
const pick = <T extends object>(from: EcsService, like: T): T =>
  Object.fromEntries(Object.keys(like).map((key) => [key, from[key as keyof EcsService]])) as T;

/** Deletes a service: DRAINING while its tasks stop, then INACTIVE. Throws where it has tasks and is not forced. */
export function deleteService(service: EcsService, force = false): EcsService {
  if (!force && service.desiredCount > 0) {
    throw new AwsError('InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.');
  }
  service.status = 'DRAINING';
  service.wake();
  return service;
}

/** Resolves when the service is as wanted. Rejects with the circuit breaker's words, and when the service is deleted meanwhile. */
export async function steady(env: Environment, service: EcsService, signal: AbortSignal): Promise<void> {
  const isSteady = () =>
    service.workloads.length > 0 &&
    service.workloads.every((w) => w.stable && w.rolloutState !== 'IN_PROGRESS') &&
    service.workloads.reduce((sum, w) => sum + w.desiredCount, 0) >= service.desiredCount;
  while (!signal.aborted && !env.cloud.signal.aborted) {
    if (service.broken)
      throw new Error(`Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.`);
    if (service.status !== 'ACTIVE')
      throw new Error(`Service ${service.arn} did not stabilize: it is ${service.status}.`);
    if (isSteady()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`Service ${service.arn} did not stabilize: the operation was cancelled.`);
}

/** Resolves when the deleted service's tasks have stopped. */
export async function gone(env: Environment, service: EcsService): Promise<void> {
  while (service.status !== 'INACTIVE' && !env.cloud.signal.aborted) await new Promise((done) => setTimeout(done, 50));
  await Promise.all(tasksOf(env, service).map((t) => t.stopped));
}

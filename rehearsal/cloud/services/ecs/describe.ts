// Services, task sets, deployments and tasks as the API describes them.
import type * as sdk from '@aws-sdk/client-ecs';
import { hash } from '../../hash';
import type { Environment } from '../../state';
import { networkInterfaceId } from './network-interface';
import { shortName, tasksOf, type EcsService, type EcsTask, type Workload } from './state';

function counts(env: Environment, of: EcsService | Workload) {
  const own = tasksOf(env, of);
  return {
    runningCount: own.filter((t) => t.lastStatus === 'RUNNING').length,
    pendingCount: own.filter((t) => ['PROVISIONING', 'PENDING'].includes(t.lastStatus)).length,
  };
}

/** What task sets and deployments have in common. */
const whatRuns = (env: Environment, w: Workload) => ({
  ...counts(env, w),
  status: w.status,
  taskDefinition: w.taskDefinition.taskDefinitionArn,
  createdAt: w.createdAt,
  updatedAt: w.updatedAt,
  capacityProviderStrategy: w.capacity,
  platformVersion: platform(w.platformVersion),
  platformFamily: 'Linux',
  networkConfiguration: { awsvpcConfiguration: w.network },
});

export function describeService(env: Environment, s: EcsService, tags: boolean): sdk.Service {
  const primary = s.workloads.find((w) => w.status === 'PRIMARY');
  return {
    serviceArn: s.arn,
    serviceName: s.name,
    clusterArn: s.clusterArn,
    loadBalancers: s.loadBalancers,
    serviceRegistries: s.registries,
    status: s.status,
    desiredCount: s.desiredCount,
    ...counts(env, s),
    capacityProviderStrategy: s.capacity,
    platformVersion: s.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: primary?.taskDefinition.taskDefinitionArn ?? s.taskDefinition,
    deploymentConfiguration: s.deploymentConfiguration,
    deploymentController: { type: s.controller },
    taskSets: s.controller === 'ECS' ? undefined : s.workloads.map((w) => describeTaskSet(env, s, w)),
    deployments: s.controller === 'ECS' ? s.workloads.map((w) => describeDeployment(env, w)) : [],
    roleArn: s.roleArn,
    events: s.events,
    createdAt: s.createdAt,
    placementConstraints: [],
    placementStrategy: [],
    networkConfiguration: { awsvpcConfiguration: s.network },
    healthCheckGracePeriodSeconds: s.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    createdBy: s.createdBy,
    enableECSManagedTags: s.enableECSManagedTags,
    propagateTags: s.propagateTags,
    enableExecuteCommand: s.enableExecuteCommand,
    availabilityZoneRebalancing: 'DISABLED',
    ...(tags ? { tags: s.tags } : {}),
  };
}

export function describeTaskSet(env: Environment, s: EcsService, w: Workload): sdk.TaskSet {
  return {
    id: w.id,
    taskSetArn: env.arn('ecs', `task-set/${shortName(s.clusterArn)}/${s.name}/${w.id}`),
    serviceArn: s.arn,
    clusterArn: s.clusterArn,
    startedBy: w.startedBy,
    externalId: w.externalId,
    computedDesiredCount: w.desiredCount,
    ...whatRuns(env, w),
    loadBalancers: w.loadBalancers,
    serviceRegistries: w.registries,
    scale: { value: w.scale, unit: 'PERCENT' },
    stabilityStatus: w.stable ? 'STEADY_STATE' : 'STABILIZING',
    stabilityStatusAt: w.stableAt ?? w.createdAt,
    tags: [],
  };
}

function describeDeployment(env: Environment, w: Workload): sdk.Deployment {
  return {
    id: w.id,
    desiredCount: w.desiredCount,
    ...whatRuns(env, w),
    failedTasks: w.failures,
    rolloutState: w.rolloutState,
    rolloutStateReason: w.rolloutStateReason,
  };
}

export function describeTask(env: Environment, t: EcsTask): sdk.Task {
  const { service, taskDefinition: d } = t;
  const details = {
    subnetId: t.subnetId,
    networkInterfaceId: networkInterfaceId(t),
    macAddress: hash(t.arn, 12).replace(/..(?=.)/g, '$&:'),
    privateDnsName: t.ip && `ip-${t.ip.replaceAll('.', '-')}.ec2.internal`,
    privateIPv4Address: t.ip,
  };
  const attachmentId = `${hash(t.arn, 8)}-0000-4000-8000-${hash(t.arn, 12)}`;
  return {
    taskArn: t.arn,
    clusterArn: service.clusterArn,
    taskDefinitionArn: d.taskDefinitionArn,
    group: `service:${service.name}`,
    startedBy: t.workload.id,
    lastStatus: t.lastStatus,
    desiredStatus: t.desiredStatus,
    healthStatus: t.healthStatus,
    connectivity: 'CONNECTED',
    connectivityAt: t.startedAt,
    launchType: 'FARGATE',
    capacityProviderName: t.capacityProvider,
    platformVersion: platform(t.workload.platformVersion),
    platformFamily: 'Linux',
    availabilityZone: t.zone,
    cpu: d.cpu,
    memory: d.memory,
    ephemeralStorage: { sizeInGiB: d.ephemeralStorage?.sizeInGiB ?? 20 },
    enableExecuteCommand: service.enableExecuteCommand,
    attachments: [
      {
        id: attachmentId,
        type: 'ElasticNetworkInterface',
        status: t.lastStatus === 'STOPPED' ? 'DELETED' : t.lastStatus === 'PROVISIONING' ? 'PRECREATED' : 'ATTACHED',
        details: Object.entries(details).flatMap(([name, value]) => (value ? [{ name, value }] : [])),
      },
    ],
    containers: t.containers.map((c) => ({
      containerArn: env.arn('ecs', `container/${shortName(service.clusterArn)}/${t.id}/${hash(c.name, 32)}`),
      taskArn: t.arn,
      name: c.name,
      image: c.image,
      imageDigest: c.imageDigest,
      runtimeId: `${t.id}-${hash(c.name, 10)}`,
      lastStatus: c.lastStatus,
      exitCode: c.exitCode,
      reason: c.reason,
      healthStatus: c.healthStatus,
      networkBindings: [],
      networkInterfaces: t.ip ? [{ attachmentId, privateIpv4Address: t.ip }] : [],
    })),
    createdAt: t.createdAt,
    pullStartedAt: t.pullStartedAt,
    pullStoppedAt: t.pullStoppedAt,
    startedAt: t.startedAt,
    stoppingAt: t.stoppingAt,
    stoppedAt: t.stoppedAt,
    executionStoppedAt: t.stoppedAt,
    stopCode: t.stopCode,
    stoppedReason: t.stoppedReason,
    overrides: { containerOverrides: t.containers.map((c) => ({ name: c.name })), inferenceAcceleratorOverrides: [] },
    tags: service.propagateTags === 'SERVICE' ? service.tags : [],
    version: t.version,
  };
}

/** LATEST is 1.4.0 for Linux. */
const platform = (version: string) => (version === 'LATEST' ? '1.4.0' : version);

// Deployments and groups as the API describes them.
import type * as sdk from '@aws-sdk/client-codedeploy';
import type { Environment, Resource, Values } from '../../state';
import { apiShape } from '../ecs/shapes';
import { shortName, tasksOf, type Workload } from '../ecs';
import type { DeploymentRecord, Group } from './state';

/** The group's settings, which the API spells in lower case. */
function settings({ properties: p }: Group) {
  const ready = apiShape(p.BlueGreenDeploymentConfiguration ?? {});
  const minutes = (v: unknown) => (v === undefined ? undefined : Number(v));
  const { deploymentReadyOption: hold, terminateBlueInstancesOnDeploymentSuccess: terminate } = ready;
  return {
    alarmConfiguration: apiShape(p.AlarmConfiguration ?? { Enabled: false, Alarms: [] }),
    autoRollbackConfiguration: apiShape(p.AutoRollbackConfiguration ?? { Enabled: false, Events: [] }),
    deploymentStyle: apiShape(p.DeploymentStyle ?? {}),
    loadBalancerInfo: apiShape(p.LoadBalancerInfo ?? {}),
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: hold && { ...hold, waitTimeInMinutes: minutes(hold.waitTimeInMinutes) },
      terminateBlueInstancesOnDeploymentSuccess: terminate && {
        ...terminate,
        terminationWaitTimeInMinutes: minutes(terminate.terminationWaitTimeInMinutes),
      },
    },
  };
}

export function describeDeployment(d: DeploymentRecord): sdk.DeploymentInfo {
  return {
    ...settings(d.group),
    applicationName: d.group.applicationName,
    deploymentGroupName: d.group.name,
    deploymentConfigName: d.configName,
    deploymentId: d.id,
    revision: d.revision,
    status: d.status,
    errorInformation: d.error,
    createTime: d.createTime,
    startTime: d.startTime,
    completeTime: d.completeTime,
    description: d.description,
    creator: d.creator,
    ignoreApplicationStopFailures: false,
    updateOutdatedInstancesOnly: false,
    rollbackInfo: d.rollbackInfo,
    instanceTerminationWaitTimeStarted: d.terminationWaitStarted,
    fileExistsBehavior: 'DISALLOW',
    deploymentStatusMessages: [],
    computePlatform: 'ECS',
    autoRollbackConfiguration: d.autoRollback as sdk.AutoRollbackConfiguration,
  };
}

export function describeGroup(g: Group, last: DeploymentRecord[]): sdk.DeploymentGroupInfo {
  const { properties: p } = g;
  const lastInfo = (d?: DeploymentRecord) =>
    d && { deploymentId: d.id, status: d.status, createTime: d.createTime, endTime: d.completeTime };
  return {
    ...settings(g),
    applicationName: g.applicationName,
    deploymentGroupName: g.name,
    deploymentGroupId: p.Id ?? `${g.applicationName}:${g.name}`,
    deploymentConfigName: p.DeploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce',
    serviceRoleArn: p.ServiceRoleArn,
    triggerConfigurations: [],
    outdatedInstancesStrategy: 'UPDATE',
    ecsServices: apiShape(p.ECSServices ?? []),
    computePlatform: 'ECS',
    lastSuccessfulDeployment: lastInfo(last.find((d) => d.status === 'Succeeded')),
    lastAttemptedDeployment: lastInfo(last[0]),
  };
}

export const targetId = (d: DeploymentRecord) => `${shortName(d.service.clusterArn)}:${d.service.name}`;

export function describeTarget(env: Environment, d: DeploymentRecord): sdk.DeploymentTarget {
  const taskSet = (w: Workload, taskSetLabel: 'Blue' | 'Green', targetGroupArn: string, trafficWeight: number) => ({
    identifer: w.id,
    desiredCount: w.desiredCount,
    pendingCount: tasksOf(env, w).filter((t) => ['PROVISIONING', 'PENDING'].includes(t.lastStatus)).length,
    runningCount: tasksOf(env, w).filter((t) => t.lastStatus === 'RUNNING').length,
    status: w.status,
    trafficWeight,
    targetGroup: { name: env.get('AWS::ElasticLoadBalancingV2::TargetGroup', targetGroupArn)?.model.Name },
    taskSetLabel,
  });
  const statuses: Record<string, sdk.TargetStatus> = { Created: 'Pending', Succeeded: 'Succeeded', Failed: 'Failed' };
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: d.id,
      targetId: targetId(d),
      targetArn: d.service.arn,
      lastUpdatedAt: env.cloud.clock.now(),
      lifecycleEvents: d.events,
      status:
        statuses[d.status] ?? (d.status === 'Stopped' ? 'Skipped' : d.status === 'Ready' ? 'Ready' : 'InProgress'),
      taskSetsInfo: [
        taskSet(d.blue, 'Blue', d.blueTargetGroupArn, 100 - d.greenPercent),
        ...(d.green ? [taskSet(d.green, 'Green', d.greenTargetGroupArn, d.greenPercent)] : []),
      ],
    },
  };
}

export function describeApplication({ model }: Resource): sdk.ApplicationInfo {
  const { ApplicationName, ComputePlatform }: Values = model;
  return {
    applicationId: model.Id ?? ApplicationName,
    applicationName: ApplicationName,
    linkedToGitHub: false,
    computePlatform: ComputePlatform ?? 'Server',
  };
}

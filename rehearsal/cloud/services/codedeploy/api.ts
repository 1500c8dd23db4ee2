import * as sdk from '@aws-sdk/client-codedeploy';
import { environmentOf } from '../../identity';
import type { Cloud, Environment } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import { readAppSpec } from './app-spec';
import { trafficRouting } from './configurations';
import { run } from './deploy';
import { describeApplication, describeDeployment, describeGroup, describeTarget, targetId } from './describe';
import { newRecord } from './records';
import { serviceOf } from './resources';
import { colours } from './routes';
import { application, deployment, deployments, group, groupsOf, isUnderway, type DeploymentRecord } from './state';

export const api = (cloud: Cloud) => {
  const of = (context: Context) => environmentOf(cloud, context);
  return service(sdk)({
    GetApplication: (input, context) => ({
      application: describeApplication(application(of(context), input.applicationName)),
    }),
    ListApplications: (_input, context) => ({
      applications: of(context)
        .list('AWS::CodeDeploy::Application')
        .map((r) => r.model.ApplicationName),
    }),
    GetDeploymentGroup: (input, context) => {
      const env = of(context);
      const found = group(env, input.applicationName, input.deploymentGroupName);
      return { deploymentGroupInfo: describeGroup(found, ofGroup(env, found.applicationName, found.name)) };
    },
    ListDeploymentGroups: (input, context) => {
      const env = of(context);
      application(env, input.applicationName);
      const names = groupsOf(env, input.applicationName!).map((r) => r.model.DeploymentGroupName);
      return { applicationName: input.applicationName, deploymentGroups: names };
    },
    GetDeploymentConfig: (input, context) => ({
      deploymentConfigInfo: {
        deploymentConfigName: input.deploymentConfigName,
        computePlatform: 'ECS',
        trafficRoutingConfig: trafficRouting(of(context), input.deploymentConfigName!),
      },
    }),
    // An AppSpec given with its deployment needs no registration; the call succeeds as on AWS.
    RegisterApplicationRevision: (input, context) => {
      application(of(context), input.applicationName);
      return {};
    },
    CreateDeployment: (input, context) => ({ deploymentId: create(of(context), input) }),
    GetDeployment: (input, context) => ({
      deploymentInfo: describeDeployment(deployment(of(context), input.deploymentId)),
    }),
    BatchGetDeployments: (input, context) => ({
      deploymentsInfo: (input.deploymentIds ?? []).map((id) => describeDeployment(deployment(of(context), id))),
    }),
    ListDeployments: (input, context) => {
      const env = of(context);
      const { applicationName, deploymentGroupName, includeOnlyStatuses, createTimeRange } = input;
      if (applicationName && deploymentGroupName) group(env, applicationName, deploymentGroupName);
      else if (applicationName) application(env, applicationName);
      const { start, end } = createTimeRange ?? {};
      const found = ofGroup(env, applicationName, deploymentGroupName).filter(
        (d) =>
          (!includeOnlyStatuses?.length || includeOnlyStatuses.includes(d.status)) &&
          (!start || d.createTime >= start) &&
          (!end || d.createTime <= end),
      );
      return { deployments: found.map((d) => d.id) };
    },
    ListDeploymentTargets: (input, context) => ({ targetIds: [targetId(deployment(of(context), input.deploymentId))] }),
    GetDeploymentTarget: (input, context) => {
      const env = of(context);
      return { deploymentTarget: describeTarget(env, deployment(env, input.deploymentId)) };
    },
    BatchGetDeploymentTargets: (input, context) => {
      const env = of(context);
      return { deploymentTargets: [describeTarget(env, deployment(env, input.deploymentId))] };
    },
    ContinueDeployment: (input, context) => {
      const d = deployment(of(context), input.deploymentId);
      refuseEnded(d);
      const waits = input.deploymentWaitType === 'TERMINATION_WAIT' ? d.terminationWaitStarted : d.status === 'Ready';
      if (!waits) {
        const message = `The deployment ${d.id} is not in a state that can be continued: it is ${d.status}`;
        throw new AwsError('DeploymentIsNotInReadyStateException', message);
      }
      d.proceed.abort();
      return {};
    },
    StopDeployment: (input, context) => {
      const d = deployment(of(context), input.deploymentId);
      refuseEnded(d);
      d.stopWithRollback = input.autoRollbackEnabled;
      d.stop.abort();
      return { status: 'Pending', statusMessage: 'Deployment is being stopped.' };
    },
  });
};

/** Newest first. */
const ofGroup = (env: Environment, applicationName?: string, name?: string): DeploymentRecord[] =>
  [...deployments(env).values()]
    .filter((d) => !applicationName || d.group.applicationName === applicationName)
    .filter((d) => !name || d.group.name === name)
    .reverse();

function refuseEnded(d: DeploymentRecord): void {
  if (isUnderway(d)) return;
  const message = `The deployment ${d.id} is already completed and has status ${d.status}`;
  throw new AwsError('DeploymentAlreadyCompletedException', message);
}

function create(env: Environment, input: sdk.CreateDeploymentInput): string {
  const found = group(env, input.applicationName, input.deploymentGroupName);
  const active = ofGroup(env, found.applicationName, found.name).find(isUnderway);
  if (active) {
    const message = `The Deployment Group '${found.name}' already has an active Deployment '${active.id}'`;
    throw new AwsError('DeploymentLimitExceededException', message);
  }
  readAppSpec(input.revision);
  const { properties: p } = found;
  const configName = input.deploymentConfigName ?? p.DeploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce';
  trafficRouting(env, configName);
  const ecsService = serviceOf(env, p);
  const blue = ecsService.workloads.find((w) => w.status === 'PRIMARY');
  if (!blue) {
    const message = `The ECS service ${ecsService.name} has no primary task set.`;
    throw new AwsError('InvalidECSServiceException', message);
  }
  const asked = input.autoRollbackConfiguration;
  const d = newRecord(env, {
    group: found,
    configName,
    revision: input.revision!,
    description: input.description,
    creator: 'user',
    autoRollback: {
      enabled: asked?.enabled ?? String(p.AutoRollbackConfiguration?.Enabled ?? false) === 'true',
      events: asked?.events ?? p.AutoRollbackConfiguration?.Events ?? [],
    },
    service: ecsService,
    blue,
    ...colours(env, found, blue),
  });
  deployments(env).set(d.id, d);
  void run(env, d);
  return d.id;
}

import {
  GetApplicationCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
} from '@aws-sdk/client-codedeploy';
import { trafficAlarms } from '../declarations/alarms';
import type { Environment } from '../declarations/environment';
import { blueMinutes, deploymentConfiguration, holdMinutes, rollbackEvents } from '../declarations/release';
import { taskDefinitionIn } from '../promotion/decisions/app-spec';
import { everDeployed } from '../promotion/deployments';
import { about } from './support/about';
import { blueGreenServices, running } from './support/services';
import { cli, codeDeploy, environment, names, outputs } from './support/stage';

/** What CodeDeploy's own configurations do. Source: AWS CodeDeploy User Guide, "Working with deployment configurations". */
const shifts: Record<Environment['trafficShift'], object> = {
  'all-at-once': { type: 'AllAtOnce' },
  linear: { type: 'TimeBasedLinear', percentage: 10, minutes: 1 },
};

describe('release', () => {
  it('has an application for ECS, and shifts traffic as declared', async () => {
    const applicationName = names.codeDeployApplication;
    const { application } = await codeDeploy.send(new GetApplicationCommand({ applicationName }));
    const look = cli(`deploy get-application --application-name ${applicationName}`);
    await about({ resource: `application ${applicationName}: platform`, look }, () =>
      expect(application?.computePlatform).toBe('ECS'),
    );
    const deploymentConfigName = deploymentConfiguration(environment);
    const { deploymentConfigInfo } = await codeDeploy.send(new GetDeploymentConfigCommand({ deploymentConfigName }));
    const { type, timeBasedLinear: linear } = deploymentConfigInfo?.trafficRoutingConfig ?? {};
    const subject = {
      resource: `deployment configuration ${deploymentConfigName}`,
      look: cli(`deploy get-deployment-config --deployment-config-name ${deploymentConfigName}`),
    };
    const found = linear ? { type, percentage: linear.linearPercentage, minutes: linear.linearInterval } : { type };
    await about(subject, () => expect(found).toEqual(shifts[environment.trafficShift]));
  });
});

describe.each(blueGreenServices.map((s) => [s.name, s] as const))('release: %s', (_, service) => {
  const groupName = names.deploymentGroup(service);
  const inGroup = { applicationName: names.codeDeployApplication, deploymentGroupName: groupName };
  const look = cli(
    `deploy get-deployment-group --application-name ${inGroup.applicationName} --deployment-group-name ${groupName}`,
  );
  const subject = (what: string) => ({ resource: `deployment group ${groupName}: ${what}`, look });
  const group = async () => (await codeDeploy.send(new GetDeploymentGroupCommand(inGroup))).deploymentGroupInfo ?? {};

  it('holds green until it is told to go on, and rolls back by itself', async () => {
    const found = await group();
    const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: blue } =
      found.blueGreenDeploymentConfiguration ?? {};
    await about(subject('settings'), () =>
      expect({
        configuration: found.deploymentConfigName,
        style: `${found.deploymentStyle?.deploymentType} ${found.deploymentStyle?.deploymentOption}`,
        hold: `${ready?.actionOnTimeout} after ${ready?.waitTimeInMinutes} minutes`,
        blue: `${blue?.action} after ${blue?.terminationWaitTimeInMinutes} minutes`,
        rollback: found.autoRollbackConfiguration?.enabled,
        rollbackEvents: [...(found.autoRollbackConfiguration?.events ?? [])].sort(),
        role: found.serviceRoleArn?.split('/').pop(),
      }).toEqual({
        configuration: deploymentConfiguration(environment),
        style: 'BLUE_GREEN WITH_TRAFFIC_CONTROL',
        hold: `STOP_DEPLOYMENT after ${holdMinutes} minutes`,
        blue: `TERMINATE after ${blueMinutes} minutes`,
        rollback: true,
        rollbackEvents: [...rollbackEvents].sort(),
        role: names.codeDeployRole(service),
      }),
    );
  });

  it('stops a release on the alarms of its traffic', async () => {
    const { alarmConfiguration: found } = await group();
    await about(subject('alarms'), () =>
      expect({
        enabled: found?.enabled,
        ignoresFailedPolls: found?.ignorePollAlarmFailure ?? false,
        alarms: found?.alarms?.map((a) => a.name).sort(),
      }).toEqual({
        enabled: true,
        ignoresFailedPolls: false,
        alarms: trafficAlarms.map(({ measure }) => names.alarm(service, measure)).sort(),
      }),
    );
  });

  it('shifts its service between its two target groups, on the production listener, and tests on the other', async () => {
    const found = await group();
    const { ProductionListenerArn, TestListenerArn } = await outputs.platform();
    const pair = found.loadBalancerInfo?.targetGroupPairInfoList?.[0];
    await about(subject('service and routes'), () =>
      expect({
        services: found.ecsServices?.map((s) => `${s.clusterName}/${s.serviceName}`),
        production: pair?.prodTrafficRoute?.listenerArns,
        test: pair?.testTrafficRoute?.listenerArns,
        targetGroups: pair?.targetGroups?.map((g) => g.name).sort(),
      }).toEqual({
        services: [`${names.cluster}/${names.service(service)}`],
        production: [ProductionListenerArn],
        test: [TestListenerArn],
        targetGroups: [names.targetGroup(service, 'blue'), names.targetGroup(service, 'green')].sort(),
      }),
    );
  });

  it('holds green without production traffic, or, before its first release, is what ECS started', async () => {
    const { live, deploymentId } = await running(service);
    if (deploymentId) return isHeld(deploymentId);
    if (await everDeployed(codeDeploy, await outputs.blueGreen(service))) return;
    const subjectOfService = {
      resource: `service ${names.service(service)}, which was never released: task sets`,
      look: cli(`ecs describe-services --cluster ${names.cluster} --services ${names.service(service)}`),
    };
    const { BlueTargetGroupArn } = await outputs.blueGreen(service);
    await about(subjectOfService, () =>
      expect(live.taskSets?.map((t) => [t.status, t.loadBalancers?.[0]?.targetGroupArn])).toEqual([
        ['PRIMARY', BlueTargetGroupArn],
      ]),
    );
  });

  async function isHeld(deploymentId: string): Promise<void> {
    const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
    const lookAt = cli(`deploy get-deployment --deployment-id ${deploymentId}`);
    const { TaskDefinitionArn } = await outputs.service(service);
    await about({ resource: `deployment ${deploymentId}: task definition of its AppSpec`, look: lookAt }, () =>
      expect(taskDefinitionIn(deploymentInfo?.revision?.appSpecContent?.content)).toBe(TaskDefinitionArn),
    );
    const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
    const [targetId] = targetIds;
    const { deploymentTarget } = await codeDeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
    const { primary, green } = await running(service);
    const weights = deploymentTarget?.ecsTarget?.taskSetsInfo?.map((t) => [t.identifer, `${t.trafficWeight} %`]);
    await about({ resource: `deployment ${deploymentId}: production traffic by task set`, look: lookAt }, () =>
      expect(Object.fromEntries(weights ?? [])).toEqual({ [idOf(primary?.id)]: '100 %', [idOf(green?.id)]: '0 %' }),
    );
  }
});

const idOf = (id: string | undefined) => id ?? 'none';

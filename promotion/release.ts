import { CreateDeploymentCommand, type DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { BlueGreenOutputs } from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { AppSpec } from './decisions/app-spec';
import { decide, holdOf, rollingFirst } from './decisions/release';
import { primaryTaskSet, shortRevision, taskSetOf } from './decisions/serving';
import { Patience, targetGroupsOf } from './decisions/task-health';
import { awaitEnd, deploymentUnderway, everDeployed, getDeployment, stopDeployment } from './deployments';
import { liveService } from './live-service';
import { whyNotHealthy } from './reasons';
import { bringRollingServiceTo, putBackRollingServices } from './rolling';
import { observe } from './task-health';
import { onChange, TookTooLong, until } from './wait';
import type { Work } from './work';

interface Started {
  service: Service;
  deploymentId: string;
}

/**
 * Starts the new revision of every blue/green service beside the old one, and returns when each is held: healthy, and reachable
 * through the test listener only. When one fails, those that this run started are stopped, and rolling services put back.
 */
export async function release(work: Work): Promise<boolean> {
  const started: Started[] = [];
  for (const service of rollingFirst(work.stage.system.services)) {
    try {
      if (service.release === 'ROLLING')
        await bringRollingServiceTo(work, service, await deployedRevision(work, service));
      else await releaseBlueGreen(work, service, started);
    } catch (error) {
      work.fail(`${service.name}: not released. ${(error as Error).message}`);
      await undo(work, started);
      return false;
    }
  }
  return true;
}

const deployedRevision = async (work: Work, service: Service) =>
  (await work.outputs.service(service)).TaskDefinitionArn;

async function releaseBlueGreen(work: Work, service: Service, started: Started[]): Promise<void> {
  const outputs = await work.outputs.blueGreen(service);
  const revision = shortRevision(outputs.TaskDefinitionArn);
  const { appSpec, decision } = await decideNow(work, service, outputs);
  if (decision.kind === 'nothing') {
    const first = !(await everDeployed(work.clients.codeDeploy, outputs));
    const why = first ? 'ECS itself started the first revision' : 'it serves already';
    return work.say(`${service.name}: nothing to release, ${revision} is the deployed revision and ${why}.`);
  }
  const deploymentId =
    decision.kind === 'continue' ? decision.deploymentId : await createDeployment(work, service, outputs, appSpec);
  started.push({ service, deploymentId });
  work.say(
    `${service.name}: deployment ${deploymentId} releases ${revision}${decision.kind === 'continue' ? ', started before' : ''}.`,
  );
  await awaitReady(work, service, outputs, deploymentId);
}

/** Looks, and waits while a deployment that is not ours holds the group. */
async function decideNow(work: Work, service: Service, outputs: BlueGreenOutputs) {
  const say = onChange(work.say);
  let blocker = '';
  try {
    return await until(work.pace, work.limits.wait, 'it', async () => {
      const live = await liveService(work, service);
      const appSpec = new AppSpec(outputs.TaskDefinitionArn, service, live);
      const inFlight = await deploymentUnderway(work.clients.codeDeploy, outputs);
      const decision = decide(appSpec, primaryTaskSet(live)?.taskDefinition, inFlight);
      if (decision.kind !== 'wait') return { appSpec, decision };
      blocker = decision.deploymentId;
      say(`${service.name}: deployment ${blocker} of another revision is ${inFlight?.status}; waiting for its end.`);
      return undefined;
    });
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    throw new Error(
      `Deployment ${blocker} of another revision is still in flight after ${work.limits.wait} s, and a group runs one at a time. ` +
        `Let it end or stop it (aws deploy stop-deployment --deployment-id ${blocker} --auto-rollback-enabled), then retry this step.`,
      { cause: error },
    );
  }
}

async function createDeployment(
  work: Work,
  service: Service,
  outputs: BlueGreenOutputs,
  appSpec: AppSpec,
): Promise<string> {
  const of = work.commit ? ` of commit ${work.commit}` : '';
  const { deploymentId } = await work.clients.codeDeploy.send(
    new CreateDeploymentCommand({
      applicationName: outputs.DeploymentApplicationName,
      deploymentGroupName: outputs.DeploymentGroupName,
      revision: appSpec.revision,
      description: `${shortRevision(appSpec.taskDefinition)}${of}`,
    }),
  );
  if (!deploymentId) throw new Error(`CodeDeploy gave no id for the deployment of ${service.name}`);
  return deploymentId;
}

async function awaitReady(
  work: Work,
  service: Service,
  outputs: BlueGreenOutputs,
  deploymentId: string,
): Promise<void> {
  const progress = onChange(work.say);
  const patience = new Patience(work.limits.patience);
  const { TaskDefinitionArn: revision, BlueTargetGroupArn, GreenTargetGroupArn } = outputs;
  const reasons = (deployment?: DeploymentInfo) =>
    whyNotHealthy(work, service, revision, [BlueTargetGroupArn, GreenTargetGroupArn], deployment);
  const look = async () => {
    const deployment = await getDeployment(work.clients.codeDeploy, deploymentId);
    const green = taskSetOf(await liveService(work, service), revision);
    const tasks = green ? `, ${green.runningCount ?? 0} of ${green.computedDesiredCount ?? 0} new tasks run` : '';
    progress(`${service.name}: ${deployment.status}${tasks}`);
    if (holdOf(deployment) !== 'starting') return deployment;
    const seen = await observe(work, service, targetGroupsOf(green ? [green] : []), revision);
    if (patience.endsWith(seen, work.pace.now()))
      throw new Error(`${seen.failed.length} tasks failed, none is healthy`);
    return undefined;
  };
  const limit = work.limits.timeout;
  const deployment = await until(work.pace, limit, `${shortRevision(revision)} to become healthy`, look).catch(
    async (error) => {
      throw new Error([(error as Error).message, ...(await reasons())].join('\n  '));
    },
  );
  const hold = holdOf(deployment);
  if (hold === 'held') {
    return work.say(
      `${service.name}: ${shortRevision(revision)} is healthy and held; only the test listener reaches it.`,
    );
  }
  if (hold === 'serves') return work.say(`${service.name}: ${shortRevision(revision)} serves already.`);
  const why = await reasons(deployment);
  await awaitEnd(work, deploymentId);
  throw new Error([`Deployment ${deploymentId} ended ${deployment.status}.`, ...why].join('\n  '));
}

async function undo(work: Work, started: Started[]): Promise<void> {
  for (const { service, deploymentId } of started) {
    try {
      await stopDeployment(work, service, deploymentId);
      work.say(`Deployment ${deploymentId} is stopped; the revision before it serves.`);
    } catch (error) {
      work.say(`${service.name}: deployment ${deploymentId} is not taken back. ${(error as Error).message}`);
    }
  }
  await putBackRollingServices(work);
}

import {
  type CodeDeployClient,
  DeploymentAlreadyCompletedException,
  type DeploymentInfo,
  type DeploymentStatus,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import type { BlueGreenOutputs } from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { taskDefinitionIn } from './decisions/app-spec';
import { hasEnded, underway } from './decisions/deployment';
import { isOutage } from './decisions/outage';
import { liveService } from './live-service';
import { TookTooLong, until } from './wait';
import type { Work } from './work';

export type Group = Pick<BlueGreenOutputs, 'DeploymentApplicationName' | 'DeploymentGroupName'>;

export async function getDeployment(codeDeploy: CodeDeployClient, deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
  if (!deploymentInfo) throw new Error(`CodeDeploy tells nothing about deployment ${deploymentId}`);
  return { ...deploymentInfo, deploymentId };
}

/** Ids of the group's deployments, newest first; `statuses` limits them. */
async function listDeployments(
  codeDeploy: CodeDeployClient,
  group: Group,
  statuses?: DeploymentStatus[],
): Promise<string[]> {
  const { deployments = [] } = await codeDeploy.send(
    new ListDeploymentsCommand({
      applicationName: group.DeploymentApplicationName,
      deploymentGroupName: group.DeploymentGroupName,
      includeOnlyStatuses: statuses,
    }),
  );
  return deployments;
}

/** The group's deployment that has not ended. */
export async function deploymentUnderway(
  codeDeploy: CodeDeployClient,
  group: Group,
): Promise<DeploymentInfo | undefined> {
  const [id] = await listDeployments(codeDeploy, group, underway);
  return id === undefined ? undefined : getDeployment(codeDeploy, id);
}

/** The group's newest deployment of the revision. One that was released ten deployments ago is not looked for. */
export async function newestDeploymentOf(
  codeDeploy: CodeDeployClient,
  group: Group,
  revision: string,
): Promise<DeploymentInfo | undefined> {
  for (const id of (await listDeployments(codeDeploy, group)).slice(0, 10)) {
    const deployment = await getDeployment(codeDeploy, id);
    if (taskDefinitionIn(deployment.revision?.appSpecContent?.content) === revision) return deployment;
  }
  return undefined;
}

export async function everDeployed(codeDeploy: CodeDeployClient, group: Group): Promise<boolean> {
  return (await listDeployments(codeDeploy, group)).length > 0;
}

/**
 * Waits until a deployment ended, and then the rollback that its failure started: only then has traffic settled. The deployment goes
 * on while AWS's API does not answer, and so does the wait.
 */
export async function awaitEnd(
  { clients, pace, limits, say }: Pick<Work, 'clients' | 'pace' | 'limits' | 'say'>,
  deploymentId: string,
  progress: (deployment: DeploymentInfo) => Promise<void> | void = () => {},
): Promise<DeploymentInfo> {
  const end = (id: string) =>
    until(pace, limits.timeout, `deployment ${id} to end`, async () => {
      try {
        const deployment = await getDeployment(clients.codeDeploy, id);
        await progress(deployment);
        return hasEnded(deployment) ? deployment : undefined;
      } catch (error) {
        if (!isOutage(error)) throw error;
        say(`AWS does not answer (${(error as Error).message}); deployment ${id} goes on, and is looked at again.`);
        return undefined;
      }
    });
  const deployment = await end(deploymentId);
  const rollback = deployment.rollbackInfo?.rollbackDeploymentId;
  if (rollback) await end(rollback);
  return deployment;
}

/** Stops a service's deployment and goes back to the revision before it; returns when traffic and tasks are what they were. */
export async function stopDeployment(work: Work, service: Service, deploymentId: string): Promise<void> {
  try {
    await work.clients.codeDeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  } catch (error) {
    if (!(error instanceof DeploymentAlreadyCompletedException)) throw error;
  }
  await awaitEnd(work, deploymentId);
  await awaitOneTaskSet(work, service);
}

/** CodeDeploy says Stopped before ECS has ended the new tasks; until then a new release would find two task sets. */
export async function awaitOneTaskSet(work: Work, service: Service): Promise<void> {
  const look = async () => ((await liveService(work, service)).taskSets?.length === 1 ? true : undefined);
  await until(work.pace, work.limits.wait, `the stopped revision's tasks to end`, look).catch((error) => {
    if (!(error instanceof TookTooLong)) throw error;
    throw new Error(
      `Production is back, but ${error.message}. See 'aws ecs describe-services' of ${work.stage.names.service(service)}.`,
    );
  });
}

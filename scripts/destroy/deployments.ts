import { type DeploymentInfo, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { hasEnded } from '../../promotion/decisions/deployment';
import { deploymentUnderway, getDeployment } from '../../promotion/deployments';
import { until } from '../../promotion/wait';
import { unlessAbsent, type Work } from './work';

const absent = ['ApplicationDoesNotExistException', 'DeploymentGroupDoesNotExistException'];

/**
 * Stops CodeDeploy's deployments that have not ended, without going back: a service whose traffic shifts cannot be deleted in
 * peace, and what it would go back to goes as well.
 */
export async function stopDeployments(work: Work): Promise<void> {
  const { stage, clients, pace, say } = work;
  const released = stage.system.services.filter((s) => s.release === 'BLUE_GREEN');
  for (const service of released) {
    const group = {
      DeploymentApplicationName: stage.names.codeDeployApplication,
      DeploymentGroupName: stage.names.deploymentGroup(service),
    };
    const found = await unlessAbsent(deploymentUnderway(clients.codeDeploy, group), ...absent);
    if (!found) continue;
    const { deploymentId } = found;
    await unlessAbsent(
      clients.codeDeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false })),
      'DeploymentAlreadyCompletedException',
    );
    const ended = async (): Promise<DeploymentInfo | undefined> => {
      const deployment = await getDeployment(clients.codeDeploy, deploymentId!);
      return hasEnded(deployment) ? deployment : undefined;
    };
    await until(pace, 600, `deployment ${deploymentId} to stop`, ended);
    say(`${service.name}: stopped deployment ${deploymentId}.`);
  }
}

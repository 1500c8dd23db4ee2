import { BatchGetDeploymentsCommand, CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import type { Recorded } from './report';
import { administratorSettings } from './toolkit';

export interface DeploymentRecord {
  stage: string;
  id: string;
  group: string;
  status: string;
  message?: string;
  rollback?: string;
  seconds?: number;
}

/** Every CodeDeploy deployment of the stages, oldest first. */
export async function deployments({ stages }: Pick<Recorded, 'stages'>): Promise<DeploymentRecord[]> {
  const found = await Promise.all(
    stages.map(async ({ name: stage, env }) => {
      const client = new CodeDeployClient(administratorSettings(env));
      const { deployments: ids = [] } = await client.send(new ListDeploymentsCommand({}));
      if (!ids.length) return [];
      const { deploymentsInfo = [] } = await client.send(new BatchGetDeploymentsCommand({ deploymentIds: ids }));
      const ordered = deploymentsInfo.sort((a, b) => a.createTime!.getTime() - b.createTime!.getTime());
      return ordered.map((d) => ({
        stage,
        id: d.deploymentId!,
        group: d.deploymentGroupName!,
        status: d.status!,
        message: d.errorInformation?.message,
        rollback: d.rollbackInfo?.rollbackMessage,
        seconds: d.completeTime && (d.completeTime.getTime() - d.createTime!.getTime()) / 1000,
      }));
    }),
  );
  return found.flat();
}

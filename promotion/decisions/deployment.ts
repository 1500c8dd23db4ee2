import type { DeploymentInfo, DeploymentStatus } from '@aws-sdk/client-codedeploy';
import { type AppSpec, taskDefinitionIn } from './app-spec';

/** A deployment group runs one deployment at a time; in these states it refuses another. */
export const underway: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
const ended: DeploymentStatus[] = ['Succeeded', 'Failed', 'Stopped'];

export const hasEnded = ({ status }: DeploymentInfo): boolean => ended.includes(status!);

/** Whether a deployment releases what the AppSpec says: the same text, or the same task definition. */
export function releases(deployment: DeploymentInfo, appSpec: AppSpec): boolean {
  const given = deployment.revision?.appSpecContent;
  return given?.sha256 === appSpec.sha256 || taskDefinitionIn(given?.content) === appSpec.taskDefinition;
}

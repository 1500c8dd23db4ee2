import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { ServiceEvidence } from '../../declarations/evidence';
import type { Service } from '../../declarations/system';
import { digestsIn } from '../decisions/same-artifact';
import { newestDeploymentOf } from '../deployments';
import { tasksOf } from '../tasks';
import type { Work } from '../work';

/** Digests of the new revision's tasks that run now. */
export async function runningDigests(work: Work, service: Service): Promise<string[]> {
  const { TaskDefinitionArn } = await work.outputs.service(service);
  return digestsIn(await tasksOf(work, service, 'RUNNING'), service, TaskDefinitionArn);
}

/** What was released of each service. ECS tells of stopped tasks too, for about an hour: those of a refused revision. */
export async function serviceEvidence(work: Work): Promise<ServiceEvidence[]> {
  return Promise.all(
    work.stage.system.services.map(async (service) => {
      const { TaskDefinitionArn, ImageTag } = await work.outputs.service(service);
      const tasks = [...(await tasksOf(work, service, 'RUNNING')), ...(await tasksOf(work, service, 'STOPPED'))];
      const digests = digestsIn(tasks, service, TaskDefinitionArn);
      return {
        name: service.name,
        release: service.release,
        tag: ImageTag,
        digest: digests.length === 1 ? digests[0]! : null,
        taskDefinition: TaskDefinitionArn,
        deployment: await deploymentEvidence(work, service, TaskDefinitionArn),
      };
    }),
  );
}

async function deploymentEvidence(
  work: Work,
  service: Service,
  revision: string,
): Promise<ServiceEvidence['deployment']> {
  if (service.release === 'ROLLING') return null;
  const outputs = await work.outputs.blueGreen(service);
  const found = await newestDeploymentOf(work.clients.codeDeploy, outputs, revision);
  return found ? told(found) : null;
}

const told = ({ deploymentId, status, createTime, completeTime, rollbackInfo }: DeploymentInfo) => ({
  id: deploymentId!,
  status: status!,
  started: createTime!.toISOString(),
  ended: completeTime?.toISOString() ?? null,
  rollback: rollbackInfo?.rollbackDeploymentId ?? null,
});

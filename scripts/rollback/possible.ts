import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { Evidence } from '../../declarations/evidence';
import type { Possible } from '../../promotion/decisions/going-back';
import { runningRevision } from '../../promotion/decisions/serving';
import { deploymentUnderway } from '../../promotion/deployments';
import { liveService } from '../../promotion/live-service';
import type { Work } from '../../promotion/work';
import type { ClientSettings } from '../commands/accounts';

/** The revision that serves, by the service's name. */
export async function servingNow(work: Work): Promise<Map<string, string | undefined>> {
  const found = work.stage.system.services.map(
    async (service) => [service.name, runningRevision(await liveService(work, service))] as const,
  );
  return new Map(await Promise.all(found));
}

/** Looks whether ECS and the registry still have what the release ran, and whether something is in flight. */
export async function possibilities(work: Work, { services }: Evidence, tooling: ClientSettings): Promise<Possible> {
  const ecr = new ECRClient(tooling);
  const revisions = services.map(
    async ({ taskDefinition }) => [taskDefinition, await statusOf(work.clients.ecs, taskDefinition)] as const,
  );
  const images = services.map(async ({ name, tag }) => [name, await digestOf(ecr, name, tag)] as const);
  const inFlight = new Map<string, string>();
  for (const service of work.stage.system.services.filter((s) => s.release === 'BLUE_GREEN')) {
    const found = await deploymentUnderway(work.clients.codeDeploy, await work.outputs.blueGreen(service));
    if (found) inFlight.set(service.name, found.deploymentId!);
  }
  return { revisions: new Map(await Promise.all(revisions)), images: new Map(await Promise.all(images)), inFlight };
}

async function statusOf(ecs: ECSClient, taskDefinition: string): Promise<string | undefined> {
  try {
    return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition?.status;
  } catch (error) {
    // ECS has no code of its own for a revision that was deleted.
    if ((error as Error).name === 'ClientException') return undefined;
    throw error;
  }
}

async function digestOf(ecr: ECRClient, repositoryName: string, imageTag: string): Promise<string | undefined> {
  const { images = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  return images[0]?.imageId?.imageDigest;
}

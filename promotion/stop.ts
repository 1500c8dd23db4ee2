import type { Service } from '../declarations/system';
import { primaryTaskSet, shortRevision } from './decisions/serving';
import { decideStop } from './decisions/stop';
import { awaitEnd, awaitOneTaskSet, deploymentUnderway, stopDeployment } from './deployments';
import { liveService } from './live-service';
import { putBackRollingServices } from './rolling';
import { resumeScaleIn } from './scale-in';
import type { Work } from './work';

/**
 * Takes a release back: stops every deployment in flight, waits until traffic and tasks are what they were, and puts rolling
 * services back to the revision that was promoted last. Resumes scaling in. True when everything is back.
 */
export async function stop(work: Work): Promise<boolean> {
  let allBack = true;
  for (const service of work.stage.system.services.filter((s) => s.release === 'BLUE_GREEN')) {
    try {
      await stopBlueGreen(work, service);
      // A promotion that was killed has left it suspended.
      if (!(await resumeScaleIn(work, service))) allBack = false;
    } catch (error) {
      work.say(`${service.name}: not stopped. ${(error as Error).message}`);
      allBack = false;
    }
  }
  return (await putBackRollingServices(work)) && allBack;
}

async function stopBlueGreen(work: Work, service: Service): Promise<void> {
  const outputs = await work.outputs.blueGreen(service);
  const decision = decideStop(await deploymentUnderway(work.clients.codeDeploy, outputs));
  if (decision.kind === 'nothing')
    return work.say(`${service.name}: no deployment is in flight; ${await serving(work, service)} serves.`);
  const { deploymentId } = decision;
  if (decision.kind === 'wait') {
    work.say(`${service.name}: deployment ${deploymentId} is rolling back already; waiting for its end.`);
    await awaitEnd(work, deploymentId);
    await awaitOneTaskSet(work, service);
  } else {
    work.say(`${service.name}: stopping deployment ${deploymentId} (${decision.what}).`);
    await stopDeployment(work, service, deploymentId);
  }
  work.say(`${service.name}: deployment ${deploymentId} is rolled back; ${await serving(work, service)} serves.`);
}

const serving = async (work: Work, service: Service) =>
  shortRevision(primaryTaskSet(await liveService(work, service))?.taskDefinition);

import {
  type CodeDeployClient,
  ContinueDeploymentCommand,
  DeploymentAlreadyCompletedException,
  type DeploymentInfo,
  DeploymentIsNotInReadyStateException,
} from '@aws-sdk/client-codedeploy';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BlueGreenOutputs } from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { AppSpec } from './decisions/app-spec';
import { decidePromotion, shareOf, weightsOf } from './decisions/promote';
import { primaryTaskSet, runningRevision, shortRevision, taskSetOf } from './decisions/serving';
import { type Promoted, takeBack } from './decisions/take-back';
import { awaitEnd, deploymentUnderway, stopDeployment } from './deployments';
import { liveService } from './live-service';
import { whyNotHealthy } from './reasons';
import { deliveredParameter, writeRecord } from './record';
import { resumeScaleIn, suspendScaleIn } from './scale-in';
import { onChange, TookTooLong } from './wait';
import type { Work } from './work';

/**
 * Shifts production traffic to the held revisions, one service after the other in the declared order, and waits until each
 * deployment succeeded, its blue tasks' end included. Then writes down what was delivered.
 */
export async function promote(work: Work & { commit: string }): Promise<boolean> {
  const { stage, fail } = work;
  const promoted: Promoted[] = [];
  for (const service of stage.system.services.filter((s) => s.release === 'BLUE_GREEN')) {
    try {
      // Whatever happened; an earlier try that was killed may also have left it suspended.
      await promoteBlueGreen(work, service, promoted).finally(() => resumeScaleIn(work, service));
    } catch (error) {
      fail(`${service.name}: not promoted. ${(error as Error).message}`);
      tellTheRest(work, promoted);
      return false;
    }
  }
  await writeRecords(work);
  return true;
}

async function promoteBlueGreen(work: Work, service: Service, promoted: Promoted[]): Promise<void> {
  const outputs = await work.outputs.blueGreen(service);
  const live = await liveService(work, service);
  const primary = primaryTaskSet(live)?.taskDefinition;
  const wanted = new AppSpec(outputs.TaskDefinitionArn, service, live);
  const revision = shortRevision(wanted.taskDefinition);
  const decision = decidePromotion(wanted, primary, await deploymentUnderway(work.clients.codeDeploy, outputs));
  if (decision.kind === 'nothing') return work.say(`${service.name}: nothing to promote, ${revision} serves already.`);
  if (decision.kind === 'refuse') throw new Error(decision.reason);
  await suspendScaleIn(work, service);
  await shift(work, service, outputs, decision.deploymentId);
  work.say(`${service.name}: promoted, ${revision} serves.`);
  if (decision.before) {
    const before = new AppSpec(decision.before, service, live);
    promoted.push({ service: service.name, revision: wanted.taskDefinition, before, outputs });
  }
}

/** Lets a held deployment go on, and waits for its end. */
async function shift(work: Work, service: Service, outputs: BlueGreenOutputs, deploymentId: string): Promise<void> {
  const { clients, say } = work;
  const progress = onChange(say);
  let continued = false;
  const look = async ({ status }: DeploymentInfo) => {
    if (status === 'Ready' && !continued) {
      const continues = await continueDeployment(clients.codeDeploy, deploymentId);
      continued = true;
      if (continues) return say(`${service.name}: deployment ${deploymentId} continues; traffic shifts.`);
    }
    progress(
      `${service.name}: ${status}, production sends ${await newShare(work, service, outputs)} % to the new revision`,
    );
  };
  const deployment = await awaitEnd(work, deploymentId, look).catch(async (error) => {
    if (error instanceof TookTooLong)
      await stopDeployment(work, service, deploymentId).catch((e: Error) => say(`${service.name}: ${e.message}`));
    throw error;
  });
  if (deployment.status === 'Succeeded') return;
  const targetGroups = [outputs.BlueTargetGroupArn, outputs.GreenTargetGroupArn];
  const why = await whyNotHealthy(work, service, outputs.TaskDefinitionArn, targetGroups, deployment);
  throw new Error(
    [`Deployment ${deploymentId} ended ${deployment.status}; the revision before it serves.`, ...why].join('\n  '),
  );
}

/** False where it goes on already: an earlier try of this step let it. */
async function continueDeployment(codeDeploy: CodeDeployClient, deploymentId: string): Promise<boolean> {
  try {
    await codeDeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: 'READY_WAIT' }));
    return true;
  } catch (error) {
    const goesOn =
      error instanceof DeploymentIsNotInReadyStateException || error instanceof DeploymentAlreadyCompletedException;
    if (goesOn) return false;
    throw error;
  }
}

/** Percent of production requests that reach the new revision, by the weights of the listener rule. */
async function newShare(work: Work, service: Service, outputs: BlueGreenOutputs): Promise<number> {
  const request = new DescribeRulesCommand({ RuleArns: [outputs.ProductionRuleArn] });
  const { Rules = [] } = await work.clients.elasticLoadBalancing.send(request);
  const taskSet = taskSetOf(await liveService(work, service), outputs.TaskDefinitionArn);
  return shareOf(taskSet?.loadBalancers?.[0]?.targetGroupArn, weightsOf(Rules[0]));
}

function tellTheRest({ stage, say }: Work, promoted: Promoted[]): void {
  for (const line of promoted.flatMap((one) => takeBack(one, stage.environment.region))) say(line);
  if (promoted.length) say(`These commands need credentials of account ${stage.environment.account}.`);
  if (stage.system.services.some((s) => s.release === 'ROLLING')) {
    say(
      `Rolling services run the new revision. To put them back: SYSTEM=${stage.system.name} node programs/promotion.js stop --stage ${stage.environment.name}`,
    );
  }
}

async function writeRecords(work: Work & { commit: string }): Promise<void> {
  const { stage, clients, commit, say } = work;
  for (const service of stage.system.services) {
    const revision = runningRevision(await liveService(work, service));
    if (!revision)
      throw new Error(`${service.name} has no primary task set or deployment: its promotion cannot be recorded`);
    await writeRecord(clients.ssm, stage.names.promotedParameter(service), revision);
  }
  await writeRecord(clients.toolingSsm, deliveredParameter(stage), commit);
  say(`${stage.environment.name} now runs commit ${commit}.`);
}

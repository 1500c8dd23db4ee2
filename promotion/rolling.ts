import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Service } from '../declarations/system';
import { decidePutBack, primaryDeployment, rollOf } from './decisions/roll';
import { runningRevision, shortRevision } from './decisions/serving';
import { liveService } from './live-service';
import { whyNotHealthy } from './reasons';
import { readRecord } from './record';
import { onChange, until } from './wait';
import type { Work } from './work';

/**
 * Sees that a rolling service runs the revision that its stack deployed. The stack's deploy has done that, except where an earlier
 * stop had put the service back and the stack has not changed since.
 */
export async function bringRollingServiceTo(work: Work, service: Service, revision: string): Promise<void> {
  const running = runningRevision(await liveService(work, service));
  if (running === revision) {
    return work.say(`${service.name}: runs ${shortRevision(revision)}, rolled by ECS with the deploy.`);
  }
  work.say(`${service.name}: runs ${shortRevision(running)}, the stack has ${shortRevision(revision)}; rolling to it.`);
  await roll(work, service, revision);
}

/** Puts every rolling service back to the revision that was promoted last. Returns false where one could not be put back. */
export async function putBackRollingServices(work: Work): Promise<boolean> {
  let allBack = true;
  for (const service of work.stage.system.services.filter((s) => s.release === 'ROLLING')) {
    try {
      await putBack(work, service);
    } catch (error) {
      work.say(`${service.name}: not put back. ${(error as Error).message}`);
      allBack = false;
    }
  }
  return allBack;
}

async function putBack(work: Work, service: Service): Promise<void> {
  const promoted = await readRecord(work.clients.ssm, work.stage.names.promotedParameter(service));
  const running = runningRevision(await liveService(work, service));
  const decision = decidePutBack(promoted, running);
  switch (decision.kind) {
    case 'unknown':
      return work.say(
        `${service.name}: no revision was promoted yet, so there is nothing to go back to; ${shortRevision(running)} stays.`,
      );
    case 'nothing':
      return work.say(`${service.name}: runs ${shortRevision(promoted)}, which was promoted; nothing to put back.`);
    case 'roll':
      work.say(`${service.name}: going back from ${shortRevision(running)} to ${shortRevision(decision.to)}.`);
      return roll(work, service, decision.to);
  }
}

/** Rolls a service to a revision and waits until only that runs. */
async function roll(work: Work, service: Service, revision: string): Promise<void> {
  const { clients, stage, pace, limits } = work;
  const names = { cluster: stage.names.cluster, service: stage.names.service(service) };
  await clients.ecs.send(new UpdateServiceCommand({ ...names, taskDefinition: revision }));
  const progress = onChange(work.say);
  let begun = false;
  const end = await until(pace, limits.timeout, `${service.name} to roll to ${shortRevision(revision)}`, async () => {
    const live = await liveService(work, service);
    begun ||= runningRevision(live) === revision;
    const now = rollOf(live, revision, begun);
    if (now.state !== 'rolling') return now;
    const primary = primaryDeployment(live);
    progress(
      `${service.name}: ${primary?.runningCount ?? 0} of ${primary?.desiredCount ?? 0} tasks of ${shortRevision(revision)} run`,
    );
    return undefined;
  });
  if (end.state === 'failed') {
    const reasons = await whyNotHealthy(work, service, revision, []);
    throw new Error(
      [`${service.name} did not roll to ${shortRevision(revision)}: ${end.reason}`, ...reasons].join('\n  '),
    );
  }
  work.say(`${service.name}: ${shortRevision(revision)} runs, and nothing else.`);
}

import type { Service as EcsService } from '@aws-sdk/client-ecs';
import type { Service } from '../declarations/system';
import { ServiceEvents } from './decisions/service-events';
import { outcomeOf, progressOf } from './decisions/stack-progress';
import { Patience, targetGroupsOf } from './decisions/task-health';
import { giveUp } from './first-creation';
import { findService } from './live-service';
import { viewStack } from './stack-progress';
import { observe } from './task-health';
import { onChange, until } from './wait';
import type { Work } from './work';

/**
 * Runs beside the Deploy actions of the service stacks and tells what ECS does meanwhile. Ends when all of them have settled.
 * A first creation without a healthy task is ended early, with the reason; the others go on and are watched on. True when all
 * are deployed or have no changes.
 * @param services those whose stacks are watched. @default all
 */
export async function watch(work: Work, services: Service[] = work.stage.system.services): Promise<boolean> {
  const watched = services.map((service) => new Watched(work, service));
  await until(work.pace, work.limits.timeout, 'the stacks to settle', async () => {
    await Promise.all(watched.map((one) => one.look()));
    return watched.every((one) => one.outcome) ? true : undefined;
  });
  return watched.every((one) => one.outcome === 'fine');
}

/** One service during its deploy. */
class Watched {
  outcome?: 'fine' | 'failed';
  private readonly progress: (line: string) => void;
  private readonly events = new ServiceEvents();
  private readonly patience: Patience;

  constructor(
    private readonly work: Work,
    private readonly service: Service,
  ) {
    this.progress = onChange(work.say);
    this.patience = new Patience(work.limits.patience);
  }

  /** Never throws: one that cannot be watched must not leave the others unwatched. */
  async look(): Promise<void> {
    if (this.outcome) return;
    try {
      await this.lookOnce();
    } catch (error) {
      this.work.say(`${this.service.name}: cannot be watched. ${(error as Error).message}`);
      this.outcome = 'failed';
    }
  }

  private async lookOnce(): Promise<void> {
    const { work, service } = this;
    const stackName = work.stage.names.stack(service.name);
    const progress = progressOf(await viewStack(work.clients.cloudFormation, stackName));
    const live = await findService(work, service);
    for (const event of this.events.since(live?.events ?? [], progress.state === 'creating'))
      work.say(`${service.name}: ECS: ${event}`);
    this.progress(
      `${service.name}: stack ${stackName} ${phrases[progress.state]}${'reason' in progress ? `: ${progress.reason}` : ''}`,
    );
    this.outcome = outcomeOf(progress);
    if (progress.state === 'creating' && live) await this.judge(live);
  }

  private async judge(live: EcsService): Promise<void> {
    const { work, service } = this;
    // A CODE_DEPLOY service names its target groups in its task sets.
    const targetGroupArns = targetGroupsOf([live, ...(live.taskSets ?? [])]);
    const seen = await observe(work, service, targetGroupArns);
    if (!this.patience.endsWith(seen, work.pace.now())) return;
    await giveUp(work, service, targetGroupArns, seen);
    this.outcome = 'failed';
  }
}

const phrases = {
  waiting: 'waits for its Deploy action',
  creating: 'is being created',
  changing: 'is changing',
  unchanged: 'has no changes',
  done: 'is deployed',
  failed: 'was not deployed',
};

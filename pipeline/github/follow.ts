import type { Pace } from '../../promotion/wait';
import { type Ending, endingOf, leftAt } from './ending';
import { type Executions, isReplaced } from './executions';
import { type Progress, waitingApproval } from './progress';

export interface FollowOptions {
  executions: Pick<Executions, 'progress' | 'successorOf'>;
  pace: Pace;
  /** Seconds after which nobody waits any longer. */
  limit: number;
  /** Seconds for which an approval may wait. */
  approvalLimit: number;
  /** Seconds that the execution which replaces a cancelled one may take to appear. */
  restartLimit: number;
  /** Is told how far it is, at every look. */
  seen: (progress: Progress) => Promise<void>;
}

/** Where following ended, and which executions it led through: the first one first. */
export interface Followed {
  ending: Ending;
  progress: Progress;
  executions: string[];
}

/**
 * Follows an execution to its end, or until waiting is not worth a runner. Where the pipeline has changed itself, CodePipeline ends the
 * execution as Cancelled and starts another at the head of the branch: that one is followed then.
 */
export async function follow(id: string, options: FollowOptions): Promise<Followed> {
  const { executions, pace, limit, approvalLimit, seen } = options;
  const began = pace.now();
  const led = [id];
  let approvalSince: number | undefined;
  for (;;) {
    const progress = await executions.progress(led.at(-1)!);
    await seen(progress);
    const ending = endingOf(progress);
    if (ending) return { ending, progress, executions: led };
    if (isReplaced(progress)) {
      const next = await successor(progress.id, options);
      if (!next) return { ending: cancelled(progress), progress, executions: led };
      led.push(next);
      continue;
    }
    approvalSince = waitingApproval(progress) && (approvalSince ?? pace.now());
    const waited = approvalSince === undefined ? 0 : pace.now() - approvalSince;
    if (pace.now() - began >= limit || (approvalSince !== undefined && waited >= approvalLimit)) {
      return { ending: leftAt(progress), progress, executions: led };
    }
    await pace.sleep(pace.seconds);
  }
}

async function successor(id: string, { executions, pace, restartLimit }: FollowOptions): Promise<string | undefined> {
  const began = pace.now();
  for (;;) {
    const next = await executions.successorOf(id);
    if (next || pace.now() - began >= restartLimit) return next;
    await pace.sleep(pace.seconds);
  }
}

const cancelled = ({ status, reason = 'no reason given' }: Progress): Ending => ({
  kind: 'cancelled',
  sentence: `CodePipeline ended it as ${status} (${reason}), and started no other in its place. Push again, or start the pipeline by hand.`,
});

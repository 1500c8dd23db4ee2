import { type Progress, waitingApproval } from './progress';

/** Why following an execution ended. */
export type Kind = 'succeeded' | 'failed' | 'rejected' | 'stopped' | 'cancelled' | 'waiting' | 'queued' | 'running';

export interface Ending {
  kind: Kind;
  /** A sentence for whoever reads the run's page. */
  sentence: string;
}

/** Whether the run ends well. What goes on without it is no failure: the runner is given back, and the pipeline goes on. */
export const endsWell = ({ kind }: Ending): boolean => ['succeeded', 'waiting', 'queued', 'running'].includes(kind);

/** How an execution ended; undefined where it has not, or where another went on in its place. */
export function endingOf(progress: Progress): Ending | undefined {
  const { status, reason } = progress;
  if (status === 'Succeeded') return { kind: 'succeeded', sentence: 'Every stage was delivered.' };
  if (status === 'Stopped')
    return { kind: 'stopped', sentence: `Somebody stopped it: ${reason ?? 'no reason given'}.` };
  if (status !== 'Failed') return undefined;
  for (const { name: stage, actions } of progress.stages) {
    const action = actions.find((one) => one.status === 'Failed');
    if (!action) continue;
    const told = action.told ? `: ${action.told}` : '';
    return action.isApproval
      ? { kind: 'rejected', sentence: `The approval before ${stage} was rejected${told}` }
      : { kind: 'failed', sentence: `${action.name} in ${stage} failed${told}` };
  }
  return { kind: 'failed', sentence: reason ?? 'It failed, and CodePipeline does not say where.' };
}

/** How an execution is left that has not ended when nobody waits for it any longer. */
export function leftAt(progress: Progress): Ending {
  const waiting = waitingApproval(progress);
  const again = 'Run this job again to follow it further.';
  if (waiting) {
    const sentence = `It waits for a person who approves ${waiting.stage}. The pipeline goes on by itself. ${again}`;
    return { kind: 'waiting', sentence };
  }
  const [first] = progress.ahead;
  if (first) return { kind: 'queued', sentence: `It is queued behind execution ${first}. ${again}` };
  return { kind: 'running', sentence: `It is still under way. ${again}` };
}

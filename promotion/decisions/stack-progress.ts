import type { DescribeChangeSetCommandOutput } from '@aws-sdk/client-cloudformation';

/** A stack and its prepared change set, as far as they exist. */
export interface StackView {
  stackStatus?: string;
  stackStatusReason?: string;
  changeSet?: Pick<DescribeChangeSetCommandOutput, 'Status' | 'StatusReason' | 'ExecutionStatus'>;
}
/** How far the Deploy action is with one stack. `creating`: for the first time. */
export type StackProgress =
  | { state: 'waiting' | 'creating' | 'changing' }
  | { state: 'unchanged' | 'done' }
  | { state: 'failed'; reason: string };

/** What a stack says that was deployed as it should; all others that have ended were rolled back or deleted. */
const deployed = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];

/**
 * Prepared but not executed: waiting. Executed: what the stack says. A stack without the change set has executed it, because the
 * Prepare action comes before the watch.
 */
export function progressOf({
  stackStatus = 'REVIEW_IN_PROGRESS',
  stackStatusReason,
  changeSet,
}: StackView): StackProgress {
  if (stackStatus === 'REVIEW_IN_PROGRESS') return { state: 'waiting' };
  if (stackStatus === 'CREATE_IN_PROGRESS') return { state: 'creating' };
  if (stackStatus.endsWith('_IN_PROGRESS')) return { state: 'changing' };
  if (changeSet?.Status === 'FAILED') return withoutChanges(changeSet.StatusReason);
  const pending = changeSet && (changeSet.Status !== 'CREATE_COMPLETE' || changeSet.ExecutionStatus === 'AVAILABLE');
  if (pending) return { state: 'waiting' };
  if (deployed.includes(stackStatus)) return { state: 'done' };
  return { state: 'failed', reason: [`the stack is ${stackStatus}`, stackStatusReason].filter(Boolean).join(': ') };
}

function withoutChanges(reason = 'no reason given'): StackProgress {
  const empty = /didn't contain changes|No updates are to be performed/.test(reason);
  return empty ? { state: 'unchanged' } : { state: 'failed', reason: `its change set failed: ${reason}` };
}

/** How a service's deploy has ended; undefined while it goes on. */
export function outcomeOf({ state }: StackProgress): 'fine' | 'failed' | undefined {
  if (state === 'failed') return 'failed';
  return state === 'done' || state === 'unchanged' ? 'fine' : undefined;
}

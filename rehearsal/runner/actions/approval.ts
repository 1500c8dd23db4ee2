import { randomUUID } from 'node:crypto';
import type { Environment } from '../../cloud/state';
import { ActionFailure, type Executor } from './executor';

export interface Decision {
  status: 'Approved' | 'Rejected';
  summary: string;
  /** ARN of whoever decided. */
  by: string;
}

/** Approvals that wait, by their token. */
const waiting = (env: Environment) => env.shelf<(decision: Decision) => void>('approvals');

/** Waits until somebody answers with PutApprovalResult. */
export const approval: Executor = async ({ env, execution, run, signal, changed }) => {
  const token = randomUUID();
  run.token = token;
  run.summary = run.configuration.CustomData;
  const answer = new Promise<Decision>((decide, stop) => {
    waiting(env).set(token, decide);
    const end = () => stop(new ActionFailure('JobFailed', 'The execution was ended before anybody answered'));
    for (const ending of [signal, execution.cancelling.signal]) ending.addEventListener('abort', end);
  });
  changed();
  try {
    const { status, summary, by } = await answer;
    run.updatedBy = by;
    if (status === 'Rejected') throw new ActionFailure('JobFailed', summary || 'Rejected');
    return { summary: summary || 'Approved' };
  } finally {
    waiting(env).delete(token);
    run.token = undefined;
  }
};

/** Gives an approval its answer. False where none waits with that token. */
export function answerApproval(env: Environment, token: string, decision: Decision): boolean {
  const decide = waiting(env).get(token);
  decide?.(decision);
  return decide !== undefined;
}

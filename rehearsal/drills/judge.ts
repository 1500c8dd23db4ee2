// Whether a drill went as it has to: a pure decision over what was seen.
import { actionOf, type Refusal } from './fault';

/** What one execution did while a fault was there. */
export interface Seen {
  status: string;
  /** Actions that failed: stage and name. */
  failed: { stage: string; action: string; says: string }[];
  /** Live checks that failed: the suite, the check's own name, its message. */
  checks: { suite: string; name: string; says: string }[];
  /** Services that serve another revision than before, with their stage. */
  promoted: string[];
  /** Production requests that a revision answered which did not serve before, by the access log. */
  greenRequests: number;
  /** The client of the stage's production listener. */
  requests: number;
  failures: string[];
  seconds: number;
}

/** Requests a second that blue has to answer meanwhile. */
const leastRequests = 50;

/**
 * What is not as it has to be; empty where the fault was caught.
 * @param shifts whether traffic had begun to shift. @default false
 */
export function objections(stage: string, by: Refusal, seen: Seen, shifts = false): string[] {
  const action = actionOf(by);
  const failed = seen.failed.map((f) => `${f.stage} ${f.action}`);
  const wrong: string[] = [];
  if (seen.status !== 'Failed') wrong.push(`the execution has ${seen.status}`);
  if (failed.join() !== `${stage} ${action}`) {
    wrong.push(`failed is ${failed.join(', ') || 'nothing'}, not ${stage} ${action}`);
  }
  if (!whoCaught(by, seen)) wrong.push(`nothing that failed says ${by.says}`);
  // While traffic shifts green does receive requests.
  return [...wrong, ...disturbances(shifts ? { ...seen, greenRequests: 0 } : seen)];
}

/** What must not happen whatever the fault: a promotion, a request to green, a failed request. */
export function disturbances({ promoted, greenRequests, requests, failures, seconds }: Seen): string[] {
  const wrong: string[] = [];
  if (promoted.length) wrong.push(`promoted: ${promoted.join(', ')}`);
  if (greenRequests) wrong.push(`green received ${greenRequests} production requests`);
  if (failures.length) wrong.push(`${failures.length} requests failed, the first: ${failures[0]}`);
  if (requests / seconds < leastRequests)
    wrong.push(`blue answered ${Math.floor(requests / seconds)} requests a second`);
  return wrong;
}

/** The failed check, or the failed action, that says what is wrong. Undefined where none does. */
export function whoCaught(by: Refusal, { checks, failed }: Seen): string | undefined {
  if ('suite' in by) {
    const check = checks.find((c) => c.suite.split(':')[0] === by.suite && by.says.test(c.says));
    return check && `${check.suite} › ${check.name}`;
  }
  return failed.find((f) => f.action === by.action && by.says.test(f.says))?.action;
}

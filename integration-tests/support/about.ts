import { setTimeout as sleep } from 'node:timers/promises';

/** What a check is about, for the person who reads its failure. */
export interface Subject {
  /** Kind and name of the resource, and which of its properties. */
  resource: string;
  /** Where to look: a command of the AWS CLI, or a page of the console. */
  look: string;
}

/** A failed check, told by resource, expectation, finding and where to look. Has no stack: the code of the check is not at fault. */
export class CheckFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CheckFailed';
    this.stack = message;
  }
}

/** What expect attaches to the errors of its matchers. */
interface MatcherResult {
  expected?: unknown;
  actual?: unknown;
  message: string;
}

/** Runs expectations about a subject. A failing one is told with the subject; any other error with what was looked at. */
export async function about<T>(subject: Subject, expectations: () => T | Promise<T>): Promise<T> {
  try {
    return await expectations();
  } catch (error) {
    if (error instanceof CheckFailed) throw error;
    throw new CheckFailed(describeFailure(subject, error as Error & { matcherResult?: MatcherResult }), error);
  }
}

function describeFailure({ resource, look }: Subject, error: Error & { matcherResult?: MatcherResult }): string {
  const { matcherResult: result } = error;
  const told =
    result && 'actual' in result
      ? difference(result.expected, result.actual).map((value, i) => `${i ? 'found:    ' : 'expected: '}${show(value)}`)
      : error.message.split('\n').filter(Boolean);
  return [resource, ...told.map((line) => `  ${line}`), `  look at:  ${look}`].join('\n');
}

/** Of two records only what differs: the rest is as it should be. */
export function difference(expected: unknown, found: unknown): [unknown, unknown] {
  if (!isRecord(expected) || !isRecord(found)) return [expected, found];
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  const differing = keys.filter((key) => show(expected[key]) !== show(found[key]));
  const some = (all: Record<string, unknown>) => Object.fromEntries(differing.map((key) => [key, all[key] ?? null]));
  return differing.length ? [some(expected), some(found)] : [expected, found];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)));

/** Codes of AWS's services for a call that no policy allows. Looking again does not help: the roles are older than the deploy's last stacks. */
const denials = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'];

const isDenial = (error: unknown): boolean =>
  error instanceof Error && (denials.includes(error.name) || isDenial(error.cause));

/**
 * Repeats expectations until they hold, because counts, health and logs settle some time after a deploy. A lacking permission does not.
 * @param looks how often, POLL_SECONDS apart. @default 36, three minutes
 */
export async function eventually<T>(subject: Subject, expectations: () => T | Promise<T>, looks = 36): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await about(subject, expectations);
    } catch (error) {
      if (isDenial(error)) throw error;
      if (look >= looks) throw new CheckFailed(`${(error as Error).message}\n  looked:   ${look} times`);
      await sleep(pollSeconds() * 1000);
    }
  }
}

/** Variable POLL_SECONDS: seconds between two looks. @default 5 */
export function pollSeconds(): number {
  const seconds = Number(process.env.POLL_SECONDS ?? 5);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 5;
}

import type { Execution } from '../runner/state';
import { expectation, type CaughtBy, type Fault, type Refusal, type Undo } from './fault';
import type { Ground } from './ground';
import { disturbances, objections, whoCaught, type Seen } from './judge';

/** One line of the table. */
export interface Row {
  name: string;
  fault: string;
  expected: string;
  seen: string;
  /** What went another way; empty where all was as expected. */
  wrong: string[];
  seconds: number;
}

/** Seeds a fault, lets the pipeline run into it, and takes it away again. */
export async function drill(ground: Ground, fault: Fault, run: () => Promise<Execution>): Promise<Row> {
  const { stage = 'dev', caughtBy: by } = fault;
  const { seen, wrong } = await withFault(ground, fault, run);
  const survived = 'survivedBy' in by;
  const objected = survived ? failures(stage, by.survivedBy, seen) : objections(stage, by, seen, fault.shifts);
  return {
    name: fault.name,
    fault: fault.fault,
    expected: expectation(by),
    seen: (survived ? seen.promoted.map((s) => `${s} is promoted`).join() : whoCaught(by, seen)) || whatElse(seen),
    wrong: [...wrong, ...objected],
    seconds: seen.seconds,
  };
}

async function withFault(
  ground: Ground,
  { stage: name = 'dev', seed, seededAt }: Fault,
  run: () => Promise<Execution>,
): Promise<{ seen: Seen; wrong: string[] }> {
  const stage = ground.stage(name);
  let seeded: Promise<Undo> | undefined;
  const wrong: string[] = [];
  const start = () => {
    seeded = Promise.resolve(seed(stage));
    // It is awaited in the end.
    seeded.catch(() => {});
  };
  const unwatch = seededAt ? ground.whenBegins(name, seededAt, start) : start();
  await seeded;
  try {
    return { seen: await ground.watch(stage, run), wrong };
  } finally {
    unwatch?.();
    if (!seeded) wrong.push(`the fault was never there: ${seededAt} did not begin`);
    await seeded?.then((undo) => undo()).catch((error: Error) => wrong.push(error.message));
  }
}

/** What went wrong in an action that had to do its work. */
function failures(stage: string, action: string, seen: Seen): string[] {
  const wrong = disturbances({ ...seen, promoted: [], greenRequests: 0 });
  for (const f of seen.failed) if (f.stage === stage) wrong.push(`${stage} ${f.action} failed`);
  if (!seen.promoted.length) wrong.push(`${action} promoted nothing`);
  return wrong;
}

const whatElse = ({ status, failed, checks }: Seen): string =>
  [status, ...failed.map((f) => `${f.stage} ${f.action}`), ...checks.map((c) => `${c.suite} › ${c.name}`)].join(', ');

/** Whether the fault ends the execution. */
export const ends = (fault: Fault): fault is Fault & { caughtBy: Refusal } => isRefusal(fault.caughtBy);
const isRefusal = (by: CaughtBy): by is Refusal => !('survivedBy' in by);

import type { Edits } from '../session/change';
import type { Execution } from '../runner/state';
import { drill, ends, type Row } from './drill';
import type { Fault } from './fault';
import type { Ground } from './ground';
import { disturbances } from './judge';

/** Payments come with a greeting: a change that all checks pass. */
export const greeting = (text: string): Edits => ({
  'services/shared/payments.ts': [['return { id, ...order,', `return { id, greeting: '${text}', ...order,`]],
});

/**
 * Delivers a changed service into dev with a fault, and again with the next fault, from the stage's first action. In the end
 * delivers another change to every stage; the faults that a later stage has to catch are seeded on its way.
 */
export async function runDrills(ground: Ground, faults: Fault[], tell: (row: Row) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (row: Row) => {
    rows.push(row);
    tell(row);
  };
  for (const [i, fault] of faults.filter((f) => !f.stage).entries()) {
    // One that nobody caught went through: the next needs another change.
    const run = () =>
      ground.failedIn('dev')
        ? ground.retry('dev')
        : ground.deliver('Greet the payer', greeting(`hello ${i}`), ground.base);
    add(await drill(ground, fault, run));
  }
  let run = () => ground.deliver('Greet the payer in other words', greeting('good day'), ground.base);
  for (const fault of faults.filter((f) => f.stage && !ends(f))) run = onTheWay(ground, fault, run, add);
  for (const fault of faults.filter((f) => f.stage && ends(f))) {
    add(await drill(ground, fault, run));
    run = () => ground.retry(fault.stage!);
  }
  add(await goodCommit(ground, run));
  return rows;
}

/** A run that survives the fault: it goes on to where others wait. */
function onTheWay(ground: Ground, fault: Fault, run: () => Promise<Execution>, add: (row: Row) => void) {
  return async () => {
    let execution: Execution | undefined;
    add(await drill(ground, fault, async () => (execution = await run())));
    return execution!;
  };
}

/** What comes after faults that were taken away. */
async function goodCommit(ground: Ground, run: () => Promise<Execution>): Promise<Row> {
  const seen = await ground.watch(ground.stage('prod'), run);
  const { status, promoted, failed } = seen;
  const wrong = disturbances({ ...seen, promoted: [], greenRequests: 0 });
  if (status !== 'Succeeded') wrong.push(`${status}: ${failed.map((f) => `${f.stage} ${f.action}`).join(', ')}`);
  if (!promoted.includes('payment-api-prod')) wrong.push('prod still serves the version before');
  return {
    name: 'later-good-commit',
    fault: 'none: another commit, after all of these',
    expected: 'is promoted in every stage',
    seen: `${status}, promoted: ${promoted.join(', ')}`,
    wrong,
    seconds: seen.seconds,
  };
}

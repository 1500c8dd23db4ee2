// npm run least-privilege: every statement of every step's role, taken away on purpose.
import { join } from 'node:path';
import { readOptions, type Options } from './drills/options';
import { writeResults } from './drills/report';
import { alike } from './least-privilege/alike';
import { conditions } from './least-privilege/conditions';
import { knownActions, steps, usage } from './least-privilege/steps';
import { line, numbers, writeTable } from './least-privilege/report';
import { secondDelivery } from './least-privilege/second-delivery';
import { stepOf, stepStatements } from './least-privilege/step-statements';
import { Trials } from './least-privilege/trials';
import { firstDelivery } from './session/first-delivery';
import { UsageError } from './session/command-line';
import { Rehearsal } from './session/rehearsal';
import { runToEnd } from './session/run-to-end';

// The SDK's notice about Node 20 helps nobody here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const root = join(__dirname, '..');
const folder = join(root, 'reports', 'least-privilege');

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), steps, 'step', usage);
  if (options === 'help') return console.log(usage);
  if (options.list) return steps.forEach((step) => console.log(step));
  const settings = { approve: true, keep: true, speed: 60, port: 0, verbose: options.verbose };
  const rehearsal = new Rehearsal(settings, root, folder, options.verbose);
  await runToEnd(
    rehearsal,
    () => run(rehearsal, options),
    () => undefined,
    options.verbose,
  );
}

async function run(rehearsal: Rehearsal, { only, results }: Options): Promise<number> {
  const { screen } = rehearsal;
  const { prepared, first } = await firstDelivery(rehearsal);
  const { cloud, recorded, installation, pipeline } = prepared;
  const commit = first.sources[0]!.revisionId;
  // Nobody waits for answers here, and the clients take their share of this computer.
  await Promise.all(prepared.traffic.map((traffic) => traffic.end()));
  const all = stepStatements(cloud, recorded.tooling, knownActions(pipeline));
  const chosen = all.filter(({ actions }) => actions.some((action) => only.includes(stepOf(action))));
  const trials = new Trials(cloud, alike(chosen, installation.stages), (row) =>
    line(row).forEach((l) => screen.line(l)),
  );
  await trials.afterDelivery(recorded.tooling, first);
  const left = conditions.filter((condition) => trials.needs(condition));
  if (left.length) {
    const stage = await screen.step('second delivery, up to its promotion in dev', () =>
      secondDelivery(prepared, first, all),
    );
    for (const condition of left) await trials.under(condition, stage);
  }
  const rows = trials.result;
  for (const row of rows) if (row.wrong.length) line(row).forEach((l) => screen.line(l));
  for (const problem of trials.problems) screen.line(`✗ could not be tried: ${problem}`);
  writeTable(rows, commit, folder);
  if (results) writeResults([...rows, ...trials.problems.map((problem) => ({ wrong: [problem] }))], results);
  screen.line(`\n${numbers(rows)}. Table: ${join(folder, 'least-privilege.md')}`);
  screen.line(`All in all ${screen.elapsed}.`);
  return trials.problems.length || rows.some(({ wrong }) => wrong.length) ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

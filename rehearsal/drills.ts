// npm run drills: faults seeded on purpose, and who caught them.
import { join } from 'node:path';
import { exercise } from './drills/exercise';
import { faults } from './drills/faults';
import { Ground } from './drills/ground';
import { readOptions, usage, type Options } from './drills/options';
import { line, nameWidth, writeResults, writeTable } from './drills/report';
import { firstDelivery } from './session/first-delivery';
import { UsageError } from './session/command-line';
import { Rehearsal } from './session/rehearsal';
import { runToEnd } from './session/run-to-end';

// The SDK's notice about Node 20 helps nobody here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const root = join(__dirname, '..');
const folder = join(root, 'reports', 'drills');

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    faults.map((f) => f.name),
  );
  if (options === 'help') return console.log(usage);
  if (options.list) return faults.forEach((f) => console.log(`${f.name.padEnd(nameWidth)} ${f.fault}`));
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
  const chosen = faults.filter((f) => only.includes(f.name));
  const commit = first.sources[0]!.revisionId;
  const ground = new Ground(prepared, commit);
  const rows = await exercise(ground, chosen, (row) => line(row).forEach((text) => screen.line(text)));
  writeTable(rows, commit, folder);
  if (results) writeResults(rows, results);
  const failed = rows.filter((r) => r.wrong.length).length;
  screen.line(
    `\n${rows.length - failed} of ${rows.length} drills went as expected. Table: ${join(folder, 'drills.md')}`,
  );
  screen.line(`All in all ${screen.elapsed}.`);
  return failed ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

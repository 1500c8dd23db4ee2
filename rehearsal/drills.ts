// npm run drills: faults seeded on purpose, and who caught them.
import { runDrills } from './drills/run-drills';
import { faults } from './drills/faults';
import { Ground } from './drills/ground';
import { line, markdown, nameWidth } from './drills/report';
import { usage } from './drills/usage';
import { exercise } from './exercises/command';
import type { Options } from './exercises/options';
import { writeResults, writeTable } from './exercises/results';
import { command } from './session/command';
import { firstDelivery } from './session/first-delivery';
import type { Rehearsal } from './session/rehearsal';

async function run(rehearsal: Rehearsal, { only, results }: Options, folder: string): Promise<number> {
  const { screen } = rehearsal;
  const { prepared, first } = await firstDelivery(rehearsal);
  const chosen = faults.filter((f) => only.includes(f.name));
  const commit = first.sources[0]!.revisionId;
  const ground = new Ground(prepared, commit);
  const rows = await runDrills(ground, chosen, (row) => line(row).forEach((text) => screen.line(text)));
  const table = writeTable(folder, 'drills', markdown(rows, commit), { commit, drills: rows });
  if (results) writeResults(rows, results);
  const failed = rows.filter((r) => r.wrong.length).length;
  screen.line(`\n${rows.length - failed} of ${rows.length} drills went as expected. Table: ${table}`);
  screen.line(`All in all ${screen.elapsed}.`);
  return failed ? 1 : 0;
}

command(() =>
  exercise({
    noun: 'drill',
    names: faults.map(({ name }) => name),
    usage,
    report: 'drills',
    listed: () => faults.map(({ name, fault }) => `${name.padEnd(nameWidth)} ${fault}`),
    run,
  }),
);

// npm run least-privilege: every statement of every step's role, taken away on purpose.
import { exercise } from './exercises/command';
import type { Options } from './exercises/options';
import { writeResults, writeTable } from './exercises/results';
import { alike } from './least-privilege/alike';
import { conditions } from './least-privilege/conditions';
import { line, markdown, numbers } from './least-privilege/report';
import { secondDelivery } from './least-privilege/second-delivery';
import { stepOf, stepStatements } from './least-privilege/step-statements';
import { knownActions, steps, usage } from './least-privilege/steps';
import { Trials } from './least-privilege/trials';
import { command } from './session/command';
import { firstDelivery } from './session/first-delivery';
import type { Rehearsal } from './session/rehearsal';

async function run(rehearsal: Rehearsal, { only, results }: Options, folder: string): Promise<number> {
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
  const table = writeTable(folder, 'least-privilege', markdown(rows, commit), { commit, statements: rows });
  if (results) writeResults([...rows, ...trials.problems.map((problem) => ({ wrong: [problem] }))], results);
  screen.line(`\n${numbers(rows)}. Table: ${table}`);
  screen.line(`All in all ${screen.elapsed}.`);
  return trials.problems.length || rows.some(({ wrong }) => wrong.length) ? 1 : 0;
}

command(() => exercise({ noun: 'step', names: steps, usage, report: 'least-privilege', listed: () => steps, run }));

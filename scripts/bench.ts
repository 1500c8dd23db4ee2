import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readRehearsal, rehearse, type RehearsalRow } from './bench/rehearsal';
import { measureSynthesis, type SynthesisRow } from './bench/synthesis';
import { build } from './build';

const usage = 'Usage: npm run bench -- [--runs <number, 5 if not given>] [--rehearsal]';
const root = resolve(__dirname, '..');

function main(): void {
  const { runs, rehearsal: rehearseFirst } = readOptions();

  build(root);
  if (rehearseFirst) rehearse(root);
  const synthesis = measureSynthesis(root, runs);
  const rehearsal = readRehearsal(root);

  printSynthesis(synthesis, runs);
  printRehearsal(rehearsal);
  const report = join(root, 'reports/bench.json');
  const machine = { node: process.version, processors: cpus().length };
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(report, `${JSON.stringify({ machine, runs, synthesis, rehearsal }, null, 2)}\n`);
  console.log(`\nWritten to ${relative(root, report)}`);
}

function readOptions(): { runs: number; rehearsal?: boolean } {
  const options = { runs: { type: 'string', default: '5' }, rehearsal: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ options });
    const runs = Number(values.runs);
    if (Number.isInteger(runs) && runs > 0) return { runs, rehearsal: values.rehearsal };
    throw new Error(`--runs is '${values.runs}': use a whole number above 0`);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`, { cause: error });
  }
}

function printSynthesis(rows: SynthesisRow[], runs: number): void {
  console.log(`\nSynthesis: median of ${runs} runs, one of each app in turn\n`);
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        `${row.app}, validation ${row.validation ? 'on' : 'off'}`,
        {
          resources: row.resources,
          milliseconds: Math.round(row.milliseconds.median),
          'fastest-slowest': `${Math.round(row.milliseconds.fastest)}-${Math.round(row.milliseconds.slowest)}`,
          'to one bucket': `${row.ratio.toFixed(1)} x`,
          'ms per resource more': row.millisecondsPerResource?.toFixed(2) ?? '',
        },
      ]),
    ),
  );
}

function printRehearsal(rows: RehearsalRow[] | undefined): void {
  if (!rows) {
    console.log(
      "\nNo rehearsal to tell about: run 'npm run bench -- --rehearsal', or 'npm run rehearse -- --approve' before.",
    );
    return;
  }
  console.log('\nRehearsal: the last one\n');
  console.table(Object.fromEntries(rows.map(({ name, seconds }) => [name, { seconds: Number(seconds.toFixed(1)) }])));
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

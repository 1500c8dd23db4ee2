// What a run of the drills leaves: a table to read, and numbers to count.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Row } from './drill';

export const nameWidth = 32;
export const expectedWidth = 34;

/** One drill's line on the terminal, and what went another way below it. */
export function line({ name, expected, seen, wrong, seconds }: Row): string[] {
  const mark = wrong.length ? '✗' : '✓';
  const time = `${seconds.toFixed(1)} s`.padStart(7);
  return [
    `${mark} ${name.padEnd(nameWidth)} ${time}  ${expected.padEnd(expectedWidth)} ${seen}`,
    ...wrong.map((why) => `    ${why}`),
  ];
}

/** A table's line in Markdown. */
export const cells = (texts: string[]): string =>
  `| ${texts.map((text) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`;

/** The table as Markdown. */
export function markdown(rows: Row[], commit: string): string {
  const lines = rows.map(({ fault, expected, seen, wrong, seconds }) => {
    const told = wrong.length ? `**not as expected**: ${wrong.join('; ')} (${seen})` : seen;
    return cells([fault, expected, told, `${seconds.toFixed(1)} s`]);
  });
  const good = rows.filter((r) => !r.wrong.length).length;
  return [
    `# Drills of ${commit.slice(0, 12)}`,
    '',
    `${good} of ${rows.length} went as expected: the fault was caught by whom it names, nothing was promoted, green received no`,
    'production request by the access log, and blue answered every request, 50 a second at least. Two kinds differ: where traffic had',
    'begun to shift, green had its share until blue had it back; and what an action survives is promoted.',
    '',
    '| fault | expected | seen | took |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** Writes drills.md and drills.json into the folder. */
export function writeTable(rows: Row[], commit: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'drills.md'), markdown(rows, commit));
  writeFileSync(join(folder, 'drills.json'), `${JSON.stringify({ commit, drills: rows }, null, 2)}\n`);
}

/** Writes the numbers by the names that Jest gives them. */
export function writeResults(rows: Pick<Row, 'wrong'>[], file: string): void {
  const failed = rows.filter((r) => r.wrong.length).length;
  const counts = { numPassedTests: rows.length - failed, numFailedTests: failed, numRuntimeErrorTestSuites: 0 };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(counts)}\n`);
}

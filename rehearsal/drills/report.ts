// What a run of the drills leaves: a table to read.
import { cells } from '../exercises/results';
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

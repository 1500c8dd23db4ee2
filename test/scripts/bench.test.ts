import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRehearsal } from '../../scripts/bench/rehearsal';
import { median } from '../../scripts/bench/synthesis';

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

describe('phases of a rehearsal', () => {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  afterAll(() => rmSync(root, { recursive: true }));

  test('are unknown before the first one', () => {
    expect(readRehearsal(root)).toBeUndefined();
  });

  test('are those of its last execution: all, by stage, and the longest actions', () => {
    const action = (execution: string, stage: string, name: string, seconds: number) => ({
      execution,
      stage,
      name,
      seconds,
    });
    const report = {
      last: 'two',
      executions: [
        { id: 'one', seconds: 99 },
        { id: 'two', seconds: 20 },
      ],
      actions: [
        action('one', 'Build', 'Synth', 50),
        action('two', 'Build', 'Synth', 4),
        action('two', 'dev', 'release', 9),
        action('two', 'dev', 'checks', 3),
      ],
    };
    mkdirSync(join(root, 'reports/rehearsal'), { recursive: true });
    writeFileSync(join(root, 'reports/rehearsal/report.json'), JSON.stringify(report));
    expect(readRehearsal(root)).toEqual([
      { name: 'the whole execution', seconds: 20 },
      { name: 'Build', seconds: 4 },
      { name: 'dev', seconds: 12 },
      { name: 'dev / release', seconds: 9 },
      { name: 'Build / Synth', seconds: 4 },
      { name: 'dev / checks', seconds: 3 },
    ]);
  });
});

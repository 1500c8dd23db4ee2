import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cells, writeResults, writeTable } from '../../exercises/results';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a cell keeps its line and its bars', () => {
  expect(cells(['a|b', 'two\nlines'])).toBe('| a\\|b | two lines |');
});

test('a table is there for people and for programs', () => {
  const table = writeTable(join(folder, 'new'), 'drills', '# Drills\n', { commit: 'c0ffee' });
  expect(table).toBe(join(folder, 'new', 'drills.md'));
  expect(readFileSync(table, 'utf8')).toBe('# Drills\n');
  expect(JSON.parse(readFileSync(join(folder, 'new', 'drills.json'), 'utf8'))).toEqual({ commit: 'c0ffee' });
});

test('CI reads the numbers by the names that Jest gives them', () => {
  writeResults([{ wrong: [] }, { wrong: ['promoted'] }], join(folder, 'deeper', 'r.json'));
  expect(JSON.parse(readFileSync(join(folder, 'deeper', 'r.json'), 'utf8'))).toEqual({
    numPassedTests: 1,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 0,
  });
});

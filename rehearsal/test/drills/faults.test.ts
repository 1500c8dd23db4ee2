import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../drills/faults';

const suites = readdirSync(join(__dirname, '../../../integration-tests'))
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => file.replace('.test.ts', ''));

test('there are live checks, and twenty faults or more, each with a name of its own', () => {
  expect(suites.length).toBeGreaterThan(5);
  expect(faults.length).toBeGreaterThanOrEqual(20);
  expect(new Set(faults.map((f) => f.name)).size).toBe(faults.length);
  for (const { name } of faults) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
});

test.each(suites)('the live checks of %s are shown to fail for a fault', (suite) => {
  expect(faults.filter((f) => 'suite' in f.caughtBy && f.caughtBy.suite === suite)).not.toEqual([]);
});

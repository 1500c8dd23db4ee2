// Every row of the requirements, with the property of the templates that proves it: the rows are in common/ and beside this file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksOf, elsewhereIn, proofsIn, unprovedIn } from './cases';
import { lookAt } from './found';
import { isProof, systemNames } from './row';
import { deliveryOf } from './stage';
import { topics } from './topics';

const root = join(__dirname, '..', '..');

describe.each(systemNames)('%s', (system) => {
  // Synthesis of a whole delivery: seconds, and more on a loaded machine.
  beforeAll(() => void deliveryOf(system), 120_000);

  const ofSystem = topics.map(({ topic, rows }) => ({
    topic,
    checks: proofsIn(rows, system).flatMap((r) => checksOf(r, system)),
  }));

  describe.each(ofSystem.filter(({ checks }) => checks.length))('$topic', ({ checks }) => {
    test.each(checks)('$title', ({ row, cases }) => {
      const looks = cases.map((about) => ({ ...about, ...lookAt(row, about) }));
      expect(looks.map(({ environment, found }) => ({ environment, found }))).toEqual(
        looks.map(({ environment, expected }) => ({ environment, found: expected })),
      );
    });
  });
});

describe('proved elsewhere', () => {
  const rows = topics.flatMap(({ topic, rows: some }) => elsewhereIn(some).map((row) => ({ topic, ...row })));
  test.each(rows)('$topic: $requirement', ({ proved }) => {
    expect(proved).not.toEqual([]);
    for (const { in: file, by } of proved) {
      const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : 'no such file';
      expect([file, text.includes(by) ? by : text.slice(0, 200)]).toEqual([file, by]);
    }
  });
});

describe('not proved', () => {
  for (const { requirement, unproved } of topics.flatMap(({ rows }) => unprovedIn(rows)))
    test.todo(`${requirement} (${unproved})`);
});

describe('the table', () => {
  const checks = systemNames.flatMap((system) =>
    topics.flatMap(({ rows }) =>
      proofsIn(rows, system).flatMap((row) => checksOf(row, system).map((c) => ({ system, ...c }))),
    ),
  );

  test('says nothing twice', () => {
    const told = checks.map(({ system, title }) => `${system}: ${title}`);
    expect(told.filter((title, i) => told.indexOf(title) !== i)).toEqual([]);
  });

  test('has no row that is about nothing', () => {
    const looked = new Set(checks.map(({ row }) => row));
    expect(topics.flatMap(({ rows }) => rows.filter(isProof)).filter((row) => !looked.has(row))).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const script = resolve(__dirname, '../../scripts/check-licences.mjs');
const directory = mkdtempSync(join(tmpdir(), 'licences-'));
afterAll(() => rmSync(directory, { recursive: true }));

function check(packages: Record<string, object>) {
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, directory], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
const one = (license?: string) => check({ 'node_modules/some': { version: '1.2.3', license } });

test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0-or-later)', 'MIT AND ISC'])('%s is allowed', (licence) => {
  expect(one(licence)).toEqual({ status: 0, output: '1 packages, all with a permissive licence\n' });
});

test.each([
  'GPL-3.0-only',
  'AGPL-3.0',
  'MIT AND LGPL-2.1',
  'SEE LICENSE IN LICENSE.txt',
  'UNLICENSED',
  '(MIT AND (GPL-2.0 OR GPL-3.0))',
])('%s is refused, with the name of the package', (licence) => {
  const { status, output } = one(licence);
  expect(status).toBe(1);
  expect(output).toContain(`node_modules/some 1.2.3: ${licence}`);
});

test('a package without a licence is refused', () => {
  expect(one()).toMatchObject({ status: 1, output: expect.stringContaining('node_modules/some 1.2.3: no licence') });
});

test('what the installed package says counts, not the lock file', () => {
  mkdirSync(join(directory, 'node_modules/other'), { recursive: true });
  writeFileSync(
    join(directory, 'node_modules/other/package.json'),
    JSON.stringify({ licenses: [{ type: 'GPL-2.0' }] }),
  );
  expect(check({ 'node_modules/other': { version: '2.0.0', license: 'MIT' } })).toMatchObject({
    status: 1,
    output: expect.stringContaining('node_modules/other 2.0.0: GPL-2.0'),
  });
});

test('an empty lock file is refused rather than passed', () => {
  expect(check({})).toMatchObject({ status: 1, output: expect.stringContaining('lists no packages') });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const script = resolve(__dirname, '../../scripts/install-missing.mjs');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'install-'));
  mkdirSync(join(directory, 'node_modules'));
  mkdirSync(join(directory, 'bin'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const lock = {
  'node_modules/a': { version: '1.0.0' },
  'node_modules/windows-only': { version: '1.0.0', optional: true },
};
const write = (file: string, packages: object) => writeFileSync(join(directory, file), JSON.stringify({ packages }));

/** Runs the script with an npm that only leaves a file behind. */
function install(exitCode = 0) {
  const npm = join(directory, 'bin/npm');
  writeFileSync(npm, `#!/bin/sh\necho "$@" > ran\necho no network\nexit ${exitCode}\n`);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${join(directory, 'bin')}${delimiter}${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, directory], { encoding: 'utf8', env });
  return { status, stdout, stderr, ran: existsSync(join(directory, 'ran')) };
}

test('says and does nothing where everything is there', () => {
  write('package-lock.json', lock);
  write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  expect(install()).toEqual({ status: 0, stdout: '', stderr: '', ran: false });
});

test('installs on a fresh clone', () => {
  write('package-lock.json', lock);
  const { status, stdout, ran } = install();
  expect([status, ran]).toEqual([0, true]);
  expect(stdout).toMatch(/^Installing packages \(node_modules is missing/);
});

test('installs where a package is of another version', () => {
  write('package-lock.json', lock);
  write('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
  expect(install()).toMatchObject({ status: 0, ran: true, stdout: expect.stringContaining('node_modules/a') });
});

test('a failed installation is told with what npm said', () => {
  write('package-lock.json', lock);
  const { status, stderr } = install(1);
  expect(status).toBe(1);
  expect(stderr).toBe('no network\nnpm ci failed: exit code 1\n');
});

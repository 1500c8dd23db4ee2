import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'ci-'));
const bin = join(directory, 'bin');

beforeAll(() => {
  for (const folder of [bin, join(directory, '.ci'), join(directory, 'scripts')]) mkdirSync(folder);
  cpSync(resolve(__dirname, '../../.ci/run'), join(directory, '.ci/run'));
  writeFileSync(join(directory, 'scripts/install-missing.mjs'), '');
  // An npm that runs nothing: tells what it was asked, writes what jest would write, and fails where $FAIL says so.
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/bash
echo "npm $*"
read -r line && echo "there is input"
for argument; do case $argument in --outputFile=* | --results=*) echo "$RESULT" > "\${argument#*=}" ;; esac; done
case "$*" in *"$FAIL"*) exit 3 ;; esac
`,
    { mode: 0o755 },
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const ofTests = (numPassedTests: number, numFailedTests = 0) =>
  JSON.stringify({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites: 0 });

function run(variables: { FAIL?: string; RESULT?: string } = {}) {
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    FAIL: 'nothing',
    RESULT: ofTests(40),
    ...variables,
  };
  const { status, stdout } = spawnSync('bash', ['.ci/run'], {
    cwd: directory,
    env,
    encoding: 'utf8',
    input: 'input\n',
  });
  const asked = stdout.split('\n').filter((line) => line.startsWith('npm '));
  return { status, stdout, asked, last: stdout.trimEnd().split('\n').at(-1) };
}

test('runs every step without input, and ends with the number of tests and steps', () => {
  const { status, stdout, asked, last } = run();
  expect(status).toBe(0);
  // Five times 40 tests, drills and statements among them; install, lint, lint-workflows, typecheck, licences, build, synth, sbom and rehearsal.
  expect(last).toBe('209 passed, 0 failed');
  expect(asked).toHaveLength(13);
  expect(asked.at(-3)).toContain('rehearse -- --approve');
  expect(asked.at(-2)).toContain('drills');
  expect(asked.at(-1)).toContain('least-privilege');
  expect(stdout).not.toContain('there is input');
});

test('stops at the first step that fails, and names it', () => {
  const { status, stdout, asked, last } = run({ FAIL: 'typecheck' });
  expect(status).toBe(1);
  expect(asked).toHaveLength(3);
  expect(stdout).toMatch(/=== typecheck FAILED after \d+ s \(exit code 3\): npm run --silent typecheck/);
  expect(last).toBe('3 passed, 1 failed');
});

test('counts failed tests, and not their step', () => {
  const { status, last } = run({ FAIL: 'coverage', RESULT: ofTests(38, 2) });
  expect([status, last]).toEqual([1, '46 passed, 2 failed']);
});

test('too little coverage fails although every test passed', () => {
  const { status, last } = run({ FAIL: 'coverage' });
  expect([status, last]).toEqual([1, '48 passed, 1 failed']);
});

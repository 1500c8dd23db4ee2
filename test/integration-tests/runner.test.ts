import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleLiveChecks } from '../../integration-tests/bundle';
import { systems } from '../../stages/systems';

const directory = mkdtempSync(join(tmpdir(), 'live-checks-test-'));
const program = join(directory, 'suites.js');
beforeAll(() => bundleLiveChecks(program, join(__dirname, 'fixtures', 'suites.ts')));
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the bundle where nothing is installed. */
function run(suite: string) {
  const reports = join(directory, suite);
  const env = { PATH: process.env.PATH, POLL_SECONDS: '0.01' };
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, suite, reports], {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
  const [xml, count] = ['xml', 'txt']
    .map((ending) => join(reports, `live-checks.${ending}`))
    .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
  return { output: stdout + stderr, status, xml, count };
}

test('a passing suite exits 0 and is reported', () => {
  const { output, status, xml, count } = run('passing');
  expect(output).toContain('✓ passing › holds (');
  expect(output).toMatch(/2 of 2 checks passed in \d\.\d s, 1 skipped/);
  expect(count).toMatch(/^2 of 2 checks passed in \d\.\d s, 1 skipped\n$/);
  expect(status).toBe(0);
  expect(xml).toMatch(/<testsuite name="passing" tests="3" failures="0" skipped="1" time="[\d.]+">/);
  expect(xml).toContain('<testcase classname="passing" name="holds"');
  expect(xml).toContain('<skipped/>');
});

test('a failing suite exits 1; each failure says resource, expected, found and where to look', () => {
  const { output, status, xml } = run('failing');
  expect(status).toBe(1);
  expect(output).toContain('✗ failing › fails (');
  expect(output).toContain(`FAILED failing › fails
  cluster <c>: status
    expected: "ACTIVE"
    found:    "INACTIVE"
    look at:  aws ecs describe-clusters`);
  expect(output).toMatch(
    /FAILED failing › never settles\n {2}cluster <c>: status\n[^]*Expected value: 2[^]*looked: {3}2 times/,
  );
  expect(output).toContain(`FAILED failing › breaks
  cluster <c>: status
    not allowed
    look at:  aws ecs describe-clusters`);
  expect(output).toMatch(/1 of 4 checks passed/);
  expect(xml).toContain('tests="4" failures="3"');
  expect(xml).toContain(
    '<failure message="cluster &lt;c&gt;: status">cluster &lt;c&gt;: status\n  expected: &quot;ACTIVE&quot;',
  );
});

test.each(['empty', 'skipped'])('a run without checks fails: %s', (suite) => {
  const { output, status } = run(suite);
  expect(output).toContain('No check ran, so nothing is known to work.');
  expect(status).toBe(1);
});

test('a suite that cannot be loaded is no passed run', () => {
  expect(run('broken')).toMatchObject({ status: 3, output: 'this suite cannot be loaded\n', xml: '' });
});

test('a failing hook fails its checks', () => {
  const { output, status } = run('hook');
  expect(output).toContain('no stage');
  expect(status).toBe(1);
});

describe('the program', () => {
  const checks = join(directory, 'live-checks.js');
  beforeAll(() => bundleLiveChecks(checks));
  const call = (args: string[], variables = {}) => {
    const env = { PATH: process.env.PATH, POLL_SECONDS: '0.01', ...variables };
    const { stdout, stderr, status } = spawnSync(process.execPath, [checks, ...args], {
      cwd: directory,
      env,
      encoding: 'utf8',
    });
    return { output: stdout + stderr, status };
  };

  test('is small, and the same every time', () => {
    const first = readFileSync(checks);
    expect(first.length).toBeLessThan(5_000_000);
    bundleLiveChecks(checks);
    expect(readFileSync(checks).equals(first)).toBe(true);
    expect(first.includes(process.cwd())).toBe(false);
  });

  test.each([
    [[], 2, 'Which environment? Give --stage or set STAGE'],
    [['--all'], 2, "Unknown option '--all'"],
    [
      ['--stage', 'dev', '--only', 'databases'],
      2,
      "There is no suite 'databases'. Suites: network, cluster, services, load-balancer, logs",
    ],
    [['--stage', 'qa'], 1, "Failed: There is no environment 'qa'. Declared: dev, staging, prod"],
  ])('%j exits %d', (args, code, message) => {
    const { output, status } = call(args);
    expect(output).toContain(message);
    expect(status).toBe(code);
  });

  test('checks the system that it is told, and knows no other', () => {
    const { output, status } = call(['--stage', 'dev'], { SYSTEM: 'billing' });
    expect(output).toContain(
      `There is no system 'billing'. Known systems: ${systems.map((s) => s.name).join(', ')}\n\nUsage:`,
    );
    expect(status).toBe(2);
    expect(call(['--stage', 'qa'], { SYSTEM: 'payment-platform' }).output).toContain("no environment 'qa'");
  });

  test('fails where AWS cannot be reached', () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const { output, status } = call(['--only', 'network'], { ...credentials, STAGE: 'dev', AWS_MAX_ATTEMPTS: '1' });
    expect(output).toContain('Checking payment-platform in dev, account 222222222222, us-east-1');
    expect(output).toContain(
      'The outputs of stack payment-network-dev cannot be read: connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(output).toMatch(/\n0 of \d+ checks passed/);
    expect(output).not.toContain('NodeVersionSupportWarning');
    expect(status).toBe(1);
  });
});

import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, pattern, unpack } from '../../runner/artifacts';
import { parseBuildspec } from '../../runner/buildspec';
import { parseJUnit } from '../../runner/junit';
import { runPhases } from '../../runner/phases';
import { Shell } from '../../runner/shell';
import { resolveVariables } from '../../runner/variables';

const folder = mkdtempSync(join(tmpdir(), 'runner-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a buildspec's phases in a real bash, and returns what it printed and what it exported. */
async function build(spec: object, env: Record<string, string> = {}) {
  const parsed = parseBuildspec(JSON.stringify({ version: '0.2', ...spec }));
  let output = '';
  const path = process.env.PATH!;
  const shell = new Shell({
    cwd: folder,
    env: { PATH: path, ...env },
    scratch: folder,
    exported: parsed.exported,
    onOutput: (text) => (output += text),
  });
  const phases = await runPhases(
    parsed,
    (command) => shell.run(command),
    () => {},
  );
  await shell.end();
  return { output, phases, variables: shell.variables };
}

describe('phases', () => {
  test('commands of all phases share one shell: its folder, functions and variables', async () => {
    const { output } = await build({
      phases: {
        install: { commands: ['cd /', 'answer=42', 'ask() { echo "it is $answer"; }'] },
        build: { commands: ['pwd', 'ask'] },
      },
    });
    expect(output).toBe('/\nit is 42\n');
  });

  test('a failed command ends its phase, and post_build still runs and knows', async () => {
    const { output, phases } = await build({
      phases: {
        build: { commands: ['echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"', '(exit 3)', 'echo never'] },
        post_build: { commands: ['echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"'] },
      },
    });
    expect(output).toBe('succeeding 1\nsucceeding 0\n');
    expect(phases.map((p) => [p.name, p.status])).toEqual([
      ['build', 'FAILED'],
      ['post_build', 'SUCCEEDED'],
    ]);
    expect(phases[0]!.message).toBe('Error while executing command: (exit 3). Reason: exit status 3');
  });

  test('a command that exits the shell fails its phase, and post_build has a shell with the exported variables', async () => {
    const { output, phases } = await build({
      env: { 'exported-variables': ['SAID'] },
      phases: { build: { commands: ['SAID=hello', 'exit 7'] }, post_build: { commands: ['echo "post $SAID"'] } },
    });
    expect(phases[0]!.message).toContain('exit status 7');
    expect(output).toBe('post hello\n');
  });

  test.each(['install', 'pre_build'])('a failed %s ends the build, its finally commands run', async (phase) => {
    const { output } = await build({
      phases: {
        [phase]: { commands: ['false', 'echo never'], finally: ['echo finally'] },
        build: { commands: ['echo never'] },
        post_build: { commands: ['echo never'] },
      },
    });
    expect(output).toBe('finally\n');
  });

  test('on-failure CONTINUE goes on to the next phase', async () => {
    const { output, phases } = await build({
      phases: { install: { commands: ['false'], 'on-failure': 'CONTINUE' }, build: { commands: ['echo built'] } },
    });
    expect(output).toBe('built\n');
    expect(phases[0]!.status).toBe('FAILED');
  });

  test('exported variables have the values that the commands left, line breaks included', async () => {
    const { variables } = await build({
      env: { 'exported-variables': ['DIGEST', 'ABSENT'] },
      phases: { build: { commands: ["export DIGEST=$'sha256:1\\n2'"] } },
    });
    expect(variables).toEqual({ DIGEST: 'sha256:1\n2', ABSENT: '' });
  });

  test('commands do not read the input that carries the next command', async () => {
    const { output } = await build({ phases: { build: { commands: ['cat', 'echo next'] } } });
    expect(output).toBe('next\n');
  });

  test('nothing is inherited from this process', async () => {
    process.env.LEAKED = 'secret';
    const { output } = await build(
      { phases: { build: { commands: ['echo "[$LEAKED][$GIVEN]"'] } } },
      { GIVEN: 'here' },
    );
    delete process.env.LEAKED;
    expect(output).toBe('[][here]\n');
  });
});

describe('what is not known is refused', () => {
  test.each([
    [{ version: '0.1' }, "version '0.1' is not supported"],
    [{ batch: {} }, "'batch'"],
    [{ env: { 'secrets-manager': {} } }, "'secrets-manager'"],
    [{ phases: { deploy: {} } }, "'deploy'"],
    [{ phases: { build: { 'on-failure': 'RETRY' } } }, 'use ABORT or CONTINUE'],
  ])('%j', (spec, message) => {
    expect(() => parseBuildspec(JSON.stringify({ version: '0.2', ...spec }))).toThrow(message);
  });
});

describe('artifacts', () => {
  test('hold the selected files, with symbolic links followed', () => {
    const from = join(folder, 'from');
    mkdirSync(join(from, 'sub'), { recursive: true });
    writeFileSync(join(from, 'a.json'), 'a');
    writeFileSync(join(from, 'sub/b.txt'), 'b');
    symlinkSync(join(from, 'a.json'), join(from, 'sub/link.json'));
    unpack(pack({ directory: from, files: ['**/*.json'] }), join(folder, 'to'));
    expect(readFileSync(join(folder, 'to/sub/link.json'), 'utf8')).toBe('a');
    expect(() => readFileSync(join(folder, 'to/sub/b.txt'))).toThrow('ENOENT');
    expect(() => pack({ directory: from, files: ['*.xml'] })).toThrow('no matching artifact paths found');
  });

  test.each([
    ['**/*', 'a/b/c.js', true],
    ['**/*', 'c.js', true],
    ['*.xml', 'a/b.xml', false],
    ['reports/', 'reports/a/b.xml', true],
    ['a/*/c', 'a/b/c', true],
    ['a.b', 'axb', false],
  ])('pattern %s and path %s', (glob, path, matches) => {
    expect(pattern(glob).test(path)).toBe(matches);
  });
});

test('variables of earlier actions are put in, inside of JSON as JSON', () => {
  const left = new Map([['Source', { CommitId: 'abc', CommitMessage: 'say "hi"\nall' }]]);
  const resolved = resolveVariables(
    { Name: 'at-#{Source.CommitId}', EnvironmentVariables: '[{"name":"M","value":"#{Source.CommitMessage}"}]' },
    left,
  );
  expect(resolved.Name).toBe('at-abc');
  expect(JSON.parse(resolved.EnvironmentVariables!)).toEqual([{ name: 'M', value: 'say "hi"\nall' }]);
  expect(() => resolveVariables({ Name: '#{Other.CommitId}' }, left)).toThrow('unresolved variable: #{Other.CommitId}');
});

test('JUnit files are read', () => {
  const xml = `<?xml version="1.0"?><testsuites><testsuite name="vpc" tests="3">
    <testcase name="has &quot;3&quot; zones" time="0.5"/>
    <testcase name="fails" time="1"><failure message="short">expected 1 &lt; 0</failure></testcase>
    <testcase name="later"><skipped/></testcase></testsuite></testsuites>`;
  expect(parseJUnit(xml)).toEqual([
    { suite: 'vpc', name: 'has "3" zones', status: 'SUCCEEDED', seconds: 0.5 },
    { suite: 'vpc', name: 'fails', status: 'FAILED', message: 'expected 1 < 0', seconds: 1 },
    { suite: 'vpc', name: 'later', status: 'SKIPPED', seconds: 0 },
  ]);
});

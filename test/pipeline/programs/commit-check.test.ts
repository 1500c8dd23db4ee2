import { execFileSync } from 'node:child_process';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { commitCheck } from '../../../pipeline/programs/commit-check';
import { temporaryFolder } from '../temporary-folder';
import { runWork } from './support';

const ssm = mockClient(SSMClient);
const directory = temporaryFolder();
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: directory,
    encoding: 'utf8',
  }).trim();
const commit = (message: string) => {
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
};
git('init', '--quiet', '--initial-branch', 'main');
const first = commit('first');
const second = commit('second');
git('checkout', '--quiet', '-b', 'other', first);
const aside = commit('aside');

/** Runs it where the environments run these commits. */
function check(commitId: string, delivered: Record<string, string>, where = directory, path = process.env.PATH) {
  ssm.reset();
  ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} }));
  for (const [environment, Value] of Object.entries(delivered)) {
    ssm.on(GetParameterCommand, { Name: `/payment/delivered/${environment}` }).resolves({ Parameter: { Value } });
  }
  const DELIVERED = '/payment/delivered/dev /payment/delivered/prod';
  return runWork(commitCheck, { variables: { COMMIT_ID: commitId, DELIVERED, PATH: path }, directory: where });
}

test('before the first delivery there is nothing to compare with', async () => {
  const { code, said } = await check(first, {});
  expect([code, said]).toEqual([0, 'Nothing has been delivered yet: there is nothing to compare with.']);
});

test('a commit that descends from all passes, and so does the same commit', async () => {
  const { code, said } = await check(second, { dev: second, prod: first });
  expect(code).toBe(0);
  expect(said).toContain(`${second} descends from ${first}, which prod runs.`);
});

test('a commit on another line is refused, with the environment, its commit, and how to go on', async () => {
  const { code, said } = await check(aside, { dev: second, prod: first });
  expect(code).toBe(1);
  expect(said).toContain(`- dev runs ${second}`);
  expect(said).not.toContain('- prod');
  expect(said).toContain('git revert');
});

test('an older commit is refused', async () => {
  expect((await check(first, { dev: second })).code).toBe(1);
});

test('a delivered commit that the clone does not have, after a force-push, is refused', async () => {
  expect((await check(second, { prod: '0123456789'.repeat(4) })).said).toContain(
    `- prod runs ${'0123456789'.repeat(4)}`,
  );
});

test('outside a clone it says what is missing', async () => {
  const { code, said } = await check(second, { dev: second }, temporaryFolder());
  expect(code).toBe(1);
  expect(said).toMatch(/^Error: Commit .* is not in the clone at .*: fatal: not a git repository/);
});

test('without git it says so', async () => {
  expect((await check(second, { dev: second }, directory, '/nowhere')).said).toBe(
    'Error: git could not be started: spawnSync git ENOENT',
  );
});

test('a record that cannot be read fails it: not knowing is not the same as nothing', async () => {
  ssm.reset();
  ssm.on(GetParameterCommand).rejects(new Error('AccessDenied'));
  const variables = { COMMIT_ID: first, DELIVERED: '/payment/delivered/dev' };
  expect(await runWork(commitCheck, { variables, directory })).toEqual({ code: 1, said: 'Error: AccessDenied' });
});

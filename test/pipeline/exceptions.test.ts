import { execFileSync } from 'node:child_process';
import type { ChangeException } from '../../declarations/change-exception';
import { resolveExceptions } from '../../pipeline/exceptions';
import { temporaryFolder } from './support';

/** A clone whose history is a, b, c, d, e, with x beside c and merged at d. */
const directory = temporaryFolder();
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
    ...{ cwd: directory, encoding: 'utf8' },
  }).trim();
const commit = (subject: string) => {
  git('commit', '--quiet', '--allow-empty', '--message', subject);
  return git('rev-parse', 'HEAD');
};
git('init', '--quiet', '--initial-branch', 'main');
const [a, b] = [commit('a'), commit('b')] as [string, string];
git('checkout', '--quiet', '-b', 'side');
const x = commit('x');
git('checkout', '--quiet', 'main');
const c = commit('c');
git('merge', '--quiet', '--no-ff', '--message', 'd', 'side');
const d = git('rev-parse', 'HEAD');
const e = commit('e');

const exception = (from: string, to: string): ChangeException => ({
  ...{ stack: 'payment-data-prod', resource: 'Database', allow: 'replace', reason: 'It is moved.' },
  commits: { from, to },
});
const resolve = (...exceptions: ChangeException[]) =>
  resolveExceptions([{ name: 'prod', exceptions }], { directory, variables: process.env });
const startsAt = (from: string, to: string) => resolve(exception(from, to)).prod![0]!.startsAt.sort();

test('a delivery starts at the first commit or after it, and before it has the last', () => {
  expect(resolve(exception(a, b))).toEqual({ prod: [{ ...exception(a, b), startsAt: [a] }] });
  expect(startsAt(a, d)).toEqual([a, b, c, x].sort());
  expect(startsAt(b, c)).toEqual([b, x].sort());
  expect(startsAt(d, e)).toEqual([d]);
});

test.each([
  [
    'of another history',
    '0'.repeat(40),
    e,
    /^Environment 'prod' has an exception for stack 'payment-data-prod' whose commit 0{40} is not in the history.*--unshallow/,
  ],
  ['of another history', a, 'f'.repeat(40), /whose commit f{40} is not in the history/],
  ['that are one', b, b, /have to|has to come after/],
  ['in the wrong order', c, b, /'to' \(.*\) has to come after 'from' \(.*\)\./],
  ['beside each other', x, c, /has to come after/],
])('commits %s are an error', (_, from, to, message) => {
  expect(() => resolve(exception(from, to))).toThrow(message);
});

test('without exceptions nobody asks git', () => {
  const nowhere = { directory: '/nowhere', variables: { PATH: '/nowhere' } };
  expect(resolveExceptions([{ name: 'dev', exceptions: [] }], nowhere)).toEqual({ dev: [] });
});

import { spawnSync } from 'node:child_process';
import type { Call } from './program';

/** A clone, and the environment that git runs with. */
export type Clone = Pick<Call, 'directory' | 'variables'>;

/** Throws where the directory is no clone that has the commit. */
export function requireCommit(clone: Clone, commit: string): void {
  const { ok, message } = git(clone, 'cat-file', '-e', `${commit}^{commit}`);
  if (!ok) throw new Error(`Commit ${commit} is not in the clone at ${clone.directory}: ${message}`);
}

/** Whether the commit is the ancestor or comes after it. A commit that the clone lacks is nobody's ancestor. */
export const descends = (clone: Clone, commit: string, ancestor: string): boolean =>
  git(clone, 'merge-base', '--is-ancestor', ancestor, commit).ok;

/** Commits that descend from one and that the other descends from: without the first, with the last. */
export const between = (clone: Clone, from: string, to: string): string[] =>
  git(clone, 'rev-list', '--ancestry-path', `${from}..${to}`).output.split('\n').filter(Boolean);

function git({ directory, variables }: Clone, ...args: string[]): { ok: boolean; output: string; message: string } {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: directory,
    env: variables,
    encoding: 'utf8',
    // A long history's list of commits.
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new Error(`git could not be started: ${error.message}`);
  return { ok: status === 0, output: stdout, message: stderr.trim() };
}

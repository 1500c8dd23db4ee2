import { spawnSync } from 'node:child_process';
import type { Call } from './program';

/** A clone, and the environment that git runs with. */
type Clone = Pick<Call, 'directory' | 'variables'>;

/** Throws where the directory is no clone that has the commit. */
export function requireCommit(clone: Clone, commit: string): void {
  const { ok, message } = git(clone, 'cat-file', '-e', `${commit}^{commit}`);
  if (!ok) throw new Error(`Commit ${commit} is not in the clone at ${clone.directory}: ${message}`);
}

/** Whether the commit is the ancestor or comes after it. A commit that the clone lacks is nobody's ancestor. */
export const descends = (clone: Clone, commit: string, ancestor: string): boolean =>
  git(clone, 'merge-base', '--is-ancestor', ancestor, commit).ok;

function git({ directory, variables }: Clone, ...args: string[]): { ok: boolean; message: string } {
  const { status, stderr, error } = spawnSync('git', args, { cwd: directory, env: variables, encoding: 'utf8' });
  if (error) throw new Error(`git could not be started: ${error.message}`);
  return { ok: status === 0, message: stderr.trim() };
}

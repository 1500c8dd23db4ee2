import { spawnSync } from 'node:child_process';

/** Throws where the directory is no clone that has the commit. */
export function requireCommit(directory: string, commit: string): void {
  const { ok, message } = git(directory, 'cat-file', '-e', `${commit}^{commit}`);
  if (!ok) throw new Error(`Commit ${commit} is not in the clone at ${directory}: ${message}`);
}

/** Whether the commit is the ancestor or comes after it. A commit that the clone lacks is nobody's ancestor. */
export const descends = (directory: string, commit: string, ancestor: string): boolean =>
  git(directory, 'merge-base', '--is-ancestor', ancestor, commit).ok;

function git(cwd: string, ...args: string[]): { ok: boolean; message: string } {
  const { status, stderr, error } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (error) throw new Error(`git could not be started: ${error.message}`);
  return { ok: status === 0, message: stderr.trim() };
}

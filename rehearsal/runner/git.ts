import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A commit of a repository: what a source action hands on when it keeps the repository's history. */
export interface CloneReference {
  /** URL or folder. */
  repository: string;
  commit: string;
  branch: string;
  /** The connection that the repository is reached by. */
  connectionArn?: string;
}

/** Runs git and resolves to its output, without the last line's end. Rejects with git's own words. */
export const git = async (args: string[], cwd?: string): Promise<string> =>
  (await run(args, cwd)).output.replace(/\n$/, '');

/** Runs git and resolves to what it tells a person, hooks included. */
export const gitMessages = async (args: string[], cwd?: string): Promise<string> =>
  (await run(args, cwd)).messages.trim();

function run(args: string[], cwd?: string): Promise<{ output: string; messages: string }> {
  return new Promise((done, fail) => {
    // A hook's GIT_DIR, or a prompt for a password, has no place here.
    const {
      GIT_DIR: _dir,
      GIT_WORK_TREE: _tree,
      GIT_INDEX_FILE: _index,
      GIT_QUARANTINE_PATH: _quarantine,
      ...env
    } = process.env;
    execFile('git', args, { cwd, env: { ...env, GIT_TERMINAL_PROMPT: '0' }, maxBuffer: 1 << 26 }, (error, out, err) => {
      if (!error) return done({ output: out, messages: err });
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return fail(new Error('git is not installed, or not on the PATH: a rehearsal starts with a git push'));
      }
      fail(new Error(`git ${args[0]}: ${err.trim() || error.message}`));
    });
  });
}

/** A full clone with the commit checked out, as CodeBuild makes it for CODEBUILD_CLONE_REF. */
export async function cloneCommit({ repository, commit }: CloneReference, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  await git(['clone', '--quiet', '--no-checkout', repository, directory]);
  await git(['-c', 'advice.detachedHead=false', 'checkout', '--quiet', commit], directory);
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../runner/git';

/** By file: what stands there, and what shall. */
export type Edits = Record<string, [is: string, becomes: string][]>;

/**
 * Commits changed files (all text that is replaced must be there) and pushes to the rehearsal's remote, as a person does.
 * @param directory a folder for the clone; what is in it goes.
 * @param from the commit whose files are changed. @default the newest
 * @returns the commit.
 */
export async function pushChange(
  remote: string,
  directory: string,
  subject: string,
  edits: Edits,
  from = 'HEAD',
): Promise<string> {
  const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  const run = (...args: string[]) => git([...identity, ...args], directory);
  rmSync(directory, { recursive: true, force: true });
  await git(['clone', '--quiet', remote, directory]);
  await run('checkout', from, '--', '.');
  for (const [file, replacements] of Object.entries(edits)) {
    const path = join(directory, file);
    let text = readFileSync(path, 'utf8');
    for (const [is, becomes] of replacements) {
      if (!text.includes(is)) throw new Error(`${file} has no ${is}`);
      text = text.replace(is, () => becomes);
    }
    writeFileSync(path, text);
  }
  await run('commit', '--quiet', '--all', '--message', subject);
  await run('push', '--quiet', 'origin', 'HEAD');
  return run('rev-parse', 'HEAD');
}

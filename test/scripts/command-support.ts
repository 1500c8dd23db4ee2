import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Work } from '../../pipeline/programs/program';

/** Where a kept rehearsal's cloud answers. */
export const localCloud = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

/** Runs a command in a folder of its own, as its process would. */
export function commandIn(work: Work) {
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  return {
    directory,
    async run(line: string, variables: NodeJS.ProcessEnv = localCloud): Promise<{ code: number; said: string }> {
      const lines: string[] = [];
      const call = { args: line.split(' ').filter(Boolean), variables, directory, say: (l: string) => lines.push(l) };
      const code = await run(work, call);
      return { code, said: lines.join('\n') };
    },
    end: () => rmSync(directory, { recursive: true, force: true }),
  };
}

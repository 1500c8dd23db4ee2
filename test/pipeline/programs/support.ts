import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Work } from '../../../pipeline/programs/program';

/** Runs a program's work, and tells its exit code and what it said. */
export async function runWork(
  work: Work,
  {
    args = [],
    variables = {},
    directory = '.',
  }: { args?: string[]; variables?: NodeJS.ProcessEnv; directory?: string } = {},
) {
  const lines: string[] = [];
  const code = await run(work, { args, variables, directory, say: (line) => lines.push(line) });
  return { code, said: lines.join('\n') };
}

/** Makes a stand-in command, and gives the variables with which it is found first. */
export function standIn(folder: string, command: string, script: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, command), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, command), 0o755);
  return { PATH: `${bin}:${process.env.PATH}` };
}

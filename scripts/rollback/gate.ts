// The pipeline's own programs, one after the other, for a release that shall serve again.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../pipeline/programs/program';

/** The steps of the gate, as the pipeline has them: each has a role of the stage to itself. */
export type Step = 'release' | 'checks' | 'promotion' | 'stop';
/** Folder that the live checks' JUnit is left in, from the working directory. */
export const reports = join('reports', 'rollback');

const programs: Record<Step, string[]> = {
  release: ['promotion.js', 'release'],
  checks: ['live-checks.js', '--reports', reports],
  promotion: ['promotion.js', 'promote'],
  stop: ['promotion.js', 'stop'],
};

/** Runs the program of a step; true where it ended with 0. */
export type Run = (step: Step) => Promise<boolean>;

/**
 * Runs them from `build/programs`. Throws a Refusal where nothing was built.
 * @param variablesOf what the program of the step gets; asked anew for each, because sessions end after an hour
 */
export function programsIn(
  directory: string,
  variablesOf: (step: Step) => Promise<NodeJS.ProcessEnv>,
  say: (line: string) => void,
): Run {
  const folder = join(directory, 'build', 'programs');
  if (!existsSync(join(folder, 'promotion.js'))) throw new Refusal(`${folder} is empty: run 'npm run build' first`);
  // What an earlier run left must not be taken for this one's.
  rmSync(join(directory, reports), { recursive: true, force: true });
  return async (step) => {
    const [program, ...args] = programs[step] as [string, ...string[]];
    const env = await variablesOf(step);
    return new Promise((ended, failed) => {
      const child = spawn(process.execPath, [join(folder, program), ...args], {
        cwd: directory,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        let rest = '';
        stream.on('data', (data: Buffer) => {
          const lines = (rest + data.toString()).split('\n');
          rest = lines.pop()!;
          lines.forEach((line) => say(`  ${line}`));
        });
        stream.on('end', () => rest && say(`  ${rest}`));
      }
      child.on('error', failed);
      child.on('close', (code) => ended(code === 0));
    });
  };
}

/** Which step refused. */
export interface Outcome {
  refusedBy?: Exclude<Step, 'stop'>;
}

/** Starts and holds, checks, promotes. What the checks refuse is stopped, so that what served serves on. */
export async function throughTheGate(run: Run, say: (line: string) => void): Promise<Outcome> {
  say('Release: what served before is started again and held.');
  if (!(await run('release'))) return { refusedBy: 'release' };
  say('Live checks, while it is held.');
  if (!(await run('checks'))) {
    say('The checks refuse it: what is held is stopped.');
    if (!(await run('stop'))) say('Not everything is back: see above, and run it again.');
    return { refusedBy: 'checks' };
  }
  say('Promotion: traffic shifts.');
  return (await run('promotion')) ? {} : { refusedBy: 'promotion' };
}

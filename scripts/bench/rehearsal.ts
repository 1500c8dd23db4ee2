import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RehearsalRow {
  name: string;
  seconds: number;
}

/** Runs one full rehearsal, visibly. Throws where it fails. */
export function rehearse(root: string): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'rehearse', '--', '--approve'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`The rehearsal failed with exit code ${status}: there are no phases to tell`);
}

/** Phases of the last rehearsal, from its own report. Undefined where there was none. */
export function readRehearsal(root: string): RehearsalRow[] | undefined {
  const file = join(root, 'reports/rehearsal/report.json');
  if (!existsSync(file)) return undefined;
  const { phases } = JSON.parse(readFileSync(file, 'utf8')) as { phases?: RehearsalRow[] };
  if (!Array.isArray(phases))
    throw new Error(`${file} has no list of phases: it is of another version, rehearse again`);
  return phases;
}

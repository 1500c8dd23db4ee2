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

/** The part of a rehearsal's report.json that is read here. */
interface Report {
  /** The execution that the report is about. */
  last: string;
  executions: { id: string; seconds: number }[];
  actions: { execution: string; stage: string; name: string; seconds: number }[];
}

const longest = 10;

/**
 * Phases of the last rehearsal, from its own report: the whole execution, each stage of the pipeline (its actions added up; some run
 * beside each other), and the longest actions. Undefined where there was none.
 */
export function readRehearsal(root: string): RehearsalRow[] | undefined {
  const file = join(root, 'reports/rehearsal/report.json');
  if (!existsSync(file)) return undefined;
  const { last, executions, actions } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const own = actions.filter((action) => action.execution === last);
  const stages = [...new Set(own.map((action) => action.stage))];
  return [
    ...executions.filter(({ id }) => id === last).map(({ seconds }) => ({ name: 'the whole execution', seconds })),
    ...stages.map((stage) => ({ name: stage, seconds: sum(own.filter((action) => action.stage === stage)) })),
    ...[...own]
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, longest)
      .map(({ stage, name, seconds }) => ({ name: `${stage} / ${name}`, seconds })),
  ];
}

const sum = (rows: { seconds: number }[]): number => rows.reduce((total, { seconds }) => total + seconds, 0);

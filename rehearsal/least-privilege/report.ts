// What a trial of the statements leaves: a table to read.
import { cells } from '../exercises/results';
import type { Denied } from './judge';

/** A statement of a step's role, and what was missed without it. */
export interface Row {
  role: string;
  /** In its policy, from 1. */
  statement: number;
  /** What it allows. */
  actions: string[];
  /** The step that was run without it: stage and action. */
  step: string;
  /** Under which condition. */
  when: string;
  denied?: Denied;
  /** Roles of other stages with the same statement. */
  alike: string[];
  seconds: number;
  /** Why it is no good statement; empty where the step has failed for want of it. */
  wrong: string[];
}

const roleWidth = 48;

/** One statement's line on the terminal. */
export function line({ role, statement, actions, step, when, denied, wrong, seconds }: Row): string[] {
  const mark = wrong.length ? '✗' : '✓';
  const time = `${seconds.toFixed(1)} s`.padStart(7);
  const what = denied ? `${denied.action} on ${denied.resource}` : actions.join(' ');
  return [
    `${mark} ${`${role.slice(0, roleWidth)} ${statement}`.padEnd(roleWidth + 3)} ${time}  ${what}`,
    ...wrong.map((why) => `    ${why}`),
    ...(wrong.length || when === 'delivered' ? [] : [`    ${step}, when ${when}`]),
  ];
}

/** How many statements of how many roles there are, the same ones of other stages included. */
export function numbers(rows: Row[]): string {
  const all = rows.flatMap(({ role, alike }) => [role, ...alike]);
  const good = rows.filter(({ wrong }) => !wrong.length);
  const covered = good.reduce((sum, { alike }) => sum + 1 + alike.length, 0);
  return (
    `${covered} of the ${all.length} statements of ${new Set(all).size} roles are needed: ${good.length} of ${rows.length} were tried and ` +
    'missed, the others are the same in another stage'
  );
}

/** The table as Markdown. */
export function markdown(rows: Row[], commit: string): string {
  const lines = rows.map(({ role, statement, actions, step, when, denied, alike, wrong }) =>
    cells([
      `${role}, ${statement}`,
      denied ? `${step}, ${when}` : step,
      wrong.length
        ? `**not missed**: ${wrong.join('; ')} (${actions.join(', ')})`
        : `${denied!.action} on ${denied!.resource}`,
      alike.join(', '),
    ]),
  );
  return [
    `# Statements of the steps' roles at ${commit.slice(0, 12)}`,
    '',
    `${numbers(rows)}. Without the statement the step fails with`,
    'AccessDenied, which names role, action and resource.',
    '',
    '| role, statement | run without it | denied | the same in |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

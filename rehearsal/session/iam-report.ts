// npm run rehearse -- --iam report: what was granted and never used.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnusedGrant } from '../cloud/access/unused';
import type { Exception } from './iam-exceptions';

export interface IamReport {
  /** Granted, not used, and not explained. */
  unused: UnusedGrant[];
  explained: (UnusedGrant & { reason: string })[];
  /** What IAM denied. */
  denied: string[];
  /** Exceptions that explain nothing: the grant is used, or gone. */
  idle: string[];
}

/** Parts what is explained from what is not. */
export function iamReport(grants: UnusedGrant[], exceptions: Exception[], denied: string[]): IamReport {
  const hit = new Set<string>();
  const single = grants.flatMap((grant) => grant.actions.map((action) => ({ ...grant, actions: [action] })));
  const reasonOf = ({ role, actions: [action = ''] }: UnusedGrant) => {
    const found = exceptions.find((one) => one.role.test(role) && one.actions.includes(action));
    if (found) hit.add(`${found.role.source} ${action}`);
    return found?.reason;
  };
  const parted = single.map((grant) => ({ ...grant, reason: reasonOf(grant) }));
  const idle = exceptions
    .flatMap(({ role, actions }) => actions.map((action) => `${role.source} ${action}`))
    .filter((key) => !hit.has(key));
  return {
    unused: parted.filter(({ reason }) => !reason).map(({ reason: _, ...grant }) => grant),
    explained: parted.flatMap(({ reason, ...grant }) => (reason ? [{ ...grant, reason }] : [])),
    denied,
    idle,
  };
}

/** The report as lines of text: a table of what is unused, empty where all is well. */
export function describeIam({ unused, explained, denied, idle }: IamReport): string[] {
  const rows = unused.map(({ account, role, policy, statement, actions }) => [
    `${account} ${role}`,
    `${policy}, statement ${statement}`,
    actions.join(' '),
  ]);
  const widths = [0, 1].map((i) => Math.max(0, ...rows.map((row) => row[i]!.length)));
  return [
    denied.length ? 'IAM denied:' : 'IAM denied nothing.',
    ...denied.map((message) => `  ${message}`),
    unused.length ? 'Granted and not used:' : 'Every granted action was used, or is explained.',
    ...rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()),
    `Explained: ${explained.length}, with reasons in rehearsal/session/iam-exceptions.ts.`,
    ...idle.map((key) => `  Explains nothing any more: ${key}`),
  ];
}

/** Writes iam.json beside the rehearsal's report. */
export function writeIamReport(report: IamReport, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'iam.json'), `${JSON.stringify(report, null, 2)}\n`);
}

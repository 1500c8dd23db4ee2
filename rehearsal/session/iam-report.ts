// npm run rehearse -- --iam report: what was denied, and what was granted and never used.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grant } from '../cloud/access/grants';
import type { Exception } from './iam-exceptions';
import { kindOf } from './iam-kinds';

/** Statements of roles of one kind that grant the same in vain. */
export interface UnusedStatement {
  kind: string;
  /** Each role's account and name. */
  roles: string[];
  actions: string[];
}

export interface IamReport {
  /** Granted, not used, and not explained. */
  unused: UnusedStatement[];
  explained: (UnusedStatement & { reason: string })[];
  /** What IAM denied. */
  denied: string[];
  /** Exceptions that explain nothing: roles of theirs are there, and none is granted the action. */
  idle: string[];
}

function grouped<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** The same statements of roles of one kind together. */
function statements(grants: Grant[]): UnusedStatement[] {
  const single = grouped(grants, ({ account, role, policy, statement }) => [account, role, policy, statement].join());
  const unused = single.map((of) => ({ role: of[0]!, actions: of.map(({ action }) => action) }));
  return grouped(unused, ({ role, actions }) => [kindOf(role.role), ...actions].join()).map((same) => ({
    kind: kindOf(same[0]!.role.role),
    roles: [...new Set(same.map(({ role }) => `${role.account} ${role.role}`))],
    actions: same[0]!.actions,
  }));
}

/** Parts what is explained from what is not. */
export function iamReport(grants: Grant[], exceptions: Exception[], denied: string[]): IamReport {
  const explains = ({ roles, actions }: Exception, { role, action }: Grant) =>
    roles.test(role) && actions.includes(action);
  const unused = grants
    .filter(({ isUsed }) => !isUsed)
    .map((grant) => ({ grant, reason: exceptions.find((one) => explains(one, grant))?.reason }));
  const idle = exceptions.flatMap(({ roles, actions }) => {
    const theirs = grants.filter(({ role }) => roles.test(role));
    const granted = new Set(theirs.map(({ action }) => action));
    const missing = actions.filter((action) => theirs.length && !granted.has(action));
    return missing.map((action) => `${roles.source} ${action}`);
  });
  return {
    unused: statements(unused.filter(({ reason }) => !reason).map(({ grant }) => grant)),
    explained: grouped(
      unused.filter(({ reason }) => reason),
      ({ reason }) => reason!,
    ).flatMap((same) =>
      statements(same.map(({ grant }) => grant)).map((one) => ({ ...one, reason: same[0]!.reason! })),
    ),
    denied,
    idle,
  };
}

/** As '27 builds', or by name where there are few. */
const who = ({ kind, roles }: UnusedStatement) =>
  roles.length > 3 ? `${roles.length} ${kind}` : roles.map((role) => role.split(' ')[1]).join(', ');

/** The report as lines of text: a statement a line, none where all is well. */
export function describeIam({ unused, explained, denied, idle }: IamReport): string[] {
  const reasons = new Set(explained.map(({ reason }) => reason));
  return [
    denied.length ? 'IAM denied:' : 'IAM denied nothing.',
    ...denied.map((message) => `  ${message}`),
    unused.length ? 'Granted and not used:' : 'Every granted action was used, or is explained.',
    ...unused.map((one) => `  ${who(one)}: ${one.actions.join(' ')}`),
    `Not used for ${reasons.size} reasons: ${explained.length} statements, in iam.json. The reasons are in rehearsal/session/iam-exceptions.ts.`,
    ...(idle.length ? ['Explained and not granted: take it out of rehearsal/session/iam-exceptions.ts'] : []),
    ...idle.map((key) => `  ${key}`),
  ];
}

/** Writes iam.json beside the rehearsal's report. */
export function writeIamReport(report: IamReport, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'iam.json'), `${JSON.stringify(report, null, 2)}\n`);
}

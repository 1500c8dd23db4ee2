import type { Evidence } from '../../declarations/evidence';
import type { StackChange } from './stack-changes';

/** An image of a service: what runs, or what would. */
export interface Image {
  tag: string;
  /** Undefined where the registry was not asked. */
  digest?: string;
}
export interface ServiceChange {
  name: string;
  /** What the stage promoted last; undefined where no evidence tells. */
  before?: Image;
  after: Image;
}

/** All that a person is told who decides whether a stage is delivered to. */
export interface Changes {
  system: string;
  stage: string;
  account: string;
  region: string;
  commit: string;
  /** Commit that the stage promoted last. */
  commitBefore?: string;
  services: ServiceChange[];
  stacks: StackChange[];
  /** Evidence of the stage before in this execution, and where it lies. */
  previous?: { evidence: Evidence; uri: string };
  /** Where the whole report lies. */
  uri: string;
}

/** Lines of each kind that a report shows; a first delivery has hundreds. */
const shown = 60;
/** Characters of an approval's text. CodePipeline takes 1000 of a configuration's value, and the sentence before has some. */
const room = 900;

/** The whole, as text that needs no renderer: one screen where little changes. */
export function report(changes: Changes): string {
  const { system, stage, account, region, commit, commitBefore, stacks, previous } = changes;
  const changed = stacks.filter(({ resources }) => resources.length);
  const first = stacks.every(({ isNew }) => isNew);
  return [
    `What delivering commit ${commit} would change in ${stage}`,
    `${system}, account ${account}, ${region}. ${commitBefore ? `Promoted last: commit ${commitBefore}.` : 'No promotion is on record.'}`,
    '',
    'Services (tag, digest: now → then)',
    ...serviceLines(changes),
    '',
    `Stacks: ${changed.length} of ${stacks.length} change`,
    ...changed.flatMap(({ name, isNew, resources }) =>
      isNew
        ? [`  ${name}: new, ${resources.length} resources`]
        : [`  ${name}`, ...cut(resources.map((r) => `    ${r}`))],
    ),
    '',
    ...section('Permissions (policies of every kind)', first, stacks, 'permissions'),
    '',
    ...section('Security groups', first, stacks, 'rules'),
    '',
    ...(previous ? previousLines(previous) : []),
  ].join('\n');
}

/** The sentences for the approval itself, within CodePipeline's limit. */
export function summary(changes: Changes): string {
  const { services, stacks, previous, uri } = changes;
  const changed = services.filter(differs);
  const named = changed.map(
    ({ name, before, after }) => `${name} ${before ? `${before.tag} → ` : 'new, '}${after.tag}`,
  );
  const images = named.length ? named.join(', ') : 'the same images as now';
  const security = (['permissions', 'rules'] as const).map((kind) => count(stacks, kind));
  const texts = (what: string) => [
    `Services: ${what}.`,
    `Stacks: ${stacks.filter(({ resources }) => resources.length).length} of ${stacks.length} change.`,
    `Permissions: ${security[0]}. Security groups: ${security[1]}.`,
    ...(previous ? [`${previous.evidence.stage}: ${outcomeOf(previous.evidence)}, evidence ${previous.uri}.`] : []),
    `In full: ${uri}`,
  ];
  const whole = texts(images).join(' ');
  return whole.length <= room ? whole : texts(`${changed.length} of ${services.length} change`).join(' ');
}

const differs = ({ before, after }: ServiceChange): boolean =>
  before?.tag !== after.tag || (after.digest !== undefined && before.digest !== after.digest);

const told = ({ tag, digest }: Image) =>
  `${tag} ${digest ? digest.slice(0, 'sha256:'.length + 12) : 'digest not told'}`;

function serviceLines({ services }: Changes): string[] {
  const width = Math.max(...services.map(({ name }) => name.length)) + 2;
  return services.map((service) => {
    const { name, before, after } = service;
    const what = differs(service)
      ? `${before ? told(before) : 'none on record'} → ${told(after)}`
      : `unchanged: ${told(after)}`;
    return `  ${name.padEnd(width)}${what}`;
  });
}

function count(stacks: StackChange[], kind: 'permissions' | 'rules'): string {
  const added = stacks.reduce((sum, stack) => sum + stack[kind].added.length, 0);
  const removed = stacks.reduce((sum, stack) => sum + stack[kind].removed.length, 0);
  return added || removed ? `${added} more, ${removed} fewer` : 'no difference';
}

function section(title: string, first: boolean, stacks: StackChange[], kind: 'permissions' | 'rules'): string[] {
  const heading = `${title}: ${count(stacks, kind)}`;
  // All of a first delivery is new: the templates themselves say it better.
  if (first) return [`${heading}, all of a first delivery`];
  const lines = stacks.flatMap(({ name, [kind]: { added, removed } }) => [
    ...removed.map((line) => `  - ${name} ${line}`),
    ...added.map((line) => `  + ${name} ${line}`),
  ]);
  return [heading, ...cut(lines)];
}

const cut = (lines: string[]): string[] =>
  lines.length <= shown ? lines : [...lines.slice(0, shown), `    and ${lines.length - shown} more`];

function outcomeOf({ outcome, checks }: Evidence): string {
  const done = checks.filter((check) => check.outcome !== 'skipped');
  const passed = done.filter((check) => check.outcome === 'passed');
  return `${outcome}, ${passed.length} of ${done.length} checks passed`;
}

const previousLines = ({ evidence, uri }: NonNullable<Changes['previous']>): string[] => [
  `${evidence.stage} in this execution: ${outcomeOf(evidence)}${evidence.approval ? `, approved by ${evidence.approval.by ?? 'somebody'}: ${evidence.approval.comment}` : ''}`,
  `  ${uri}`,
  '',
];

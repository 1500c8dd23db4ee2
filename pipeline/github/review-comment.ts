import type { ChangedResource, StackReview } from './review';

/** What a pull request would do to one environment. */
export interface EnvironmentReview {
  name: string;
  stacks: StackReview[];
  /** Stacks of the base that the head has no longer. */
  left: string[];
  /** US dollars a month. */
  cost: { before: number; after: number };
}
export interface Review {
  system: string;
  /** Commits. */
  base: string;
  head: string;
  environments: EnvironmentReview[];
}

/** Lines of each kind that are shown. GitHub takes 65536 characters of a comment. */
const shown = 60;

/** The comment on a pull request, as Markdown: the overview, what concerns security, what the guard refuses, then all the rest. */
export function reviewComment({ system, base, head, environments }: Review): string {
  const heading = `### What this pull request would change in ${system}`;
  const compared = `Templates of \`${head.slice(0, 12)}\` compared with those of \`${base.slice(0, 12)}\`; what runs was not looked at.`;
  if (environments.every(({ stacks, left }) => !stacks.some(differs) && !left.length)) {
    return [heading, '', 'Nothing: the templates of every environment stay the same.', '', compared].join('\n');
  }
  return [
    heading,
    '',
    ...overview(environments),
    '',
    ...alike('#### Permissions and security groups', environments, security),
    ...alike('#### The change guard', environments, guard),
    ...alike('#### Resources', environments, resources),
    compared,
  ].join('\n');
}

const differs = ({ isNew, resources }: StackReview) => isNew || resources.length > 0;
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

function overview(environments: EnvironmentReview[]): string[] {
  const row = (title: string, cell: (environment: EnvironmentReview) => string) =>
    `| ${[title, ...environments.map(cell)].join(' | ')} |`;
  const changed = ({ stacks }: EnvironmentReview) => stacks.flatMap((stack) => stack.resources);
  return [
    row('', ({ name }) => `**${name}**`),
    `|---|${environments.map(() => '---|').join('')}`,
    row('permissions', (e) => more(e.stacks, 'permissions')),
    row('security group rules', (e) => more(e.stacks, 'rules')),
    row('replaced', (e) => {
      const names = changed(e).filter((resource) => isLoss(resource) && resource.effect !== 'removed');
      return names.length ? `⚠️ ${names.length}` : 'none';
    }),
    row('removed', (e) => {
      const removed = changed(e).filter(({ effect }) => effect === 'removed').length + e.left.length;
      return removed ? `⚠️ ${removed}` : 'none';
    }),
    row('change guard', ({ stacks }) => {
      const refused = sum(stacks.map((stack) => stack.guard.refused.length));
      const excepted = sum(stacks.map((stack) => stack.guard.excepted.length));
      return refused ? `❌ refuses ${refused}` : excepted ? `✅ by ${excepted} exceptions` : '✅ lets it through';
    }),
    row('cost a month', ({ cost: { before, after } }) => {
      const difference = after - before;
      const sign = difference < 0 ? '−' : '+';
      const what = Math.abs(difference) < 0.005 ? 'no difference' : `${sign}$${Math.abs(difference).toFixed(2)}`;
      return `${what} ($${after.toFixed(2)})`;
    }),
    row('stacks that change', (e) => `${e.stacks.filter(differs).length} of ${e.stacks.length}`),
  ];
}

function more(stacks: StackReview[], kind: 'permissions' | 'rules'): string {
  const [added, removed] = (['added', 'removed'] as const).map((way) => sum(stacks.map((s) => s[kind][way].length)));
  return added || removed ? `⚠️ ${added} more, ${removed} fewer` : 'no difference';
}

/** A new revision of a task definition is how services change: nothing is lost. */
const isLoss = ({ effect, type }: ChangedResource) =>
  effect !== 'added' && effect !== 'changed' && type !== 'AWS::ECS::TaskDefinition';

/** A section with a part for each environment; environments of which the same is to be told share one. */
function alike(heading: string, environments: EnvironmentReview[], tell: (e: EnvironmentReview) => string[]): string[] {
  const parts = new Map<string, string[]>();
  for (const environment of environments) {
    const text = tell(environment).join('\n').replaceAll(`-${environment.name}`, '-{environment}');
    if (text) parts.set(text, [...(parts.get(text) ?? []), environment.name]);
  }
  if (parts.size === 0) return [];
  return [heading, '', ...[...parts].flatMap(([text, names]) => [`**${names.join(', ')}**`, '', text, ''])];
}

function security({ stacks }: EnvironmentReview): string[] {
  const lines = stacks.flatMap(({ name, permissions, rules }) => {
    const both = [permissions, rules];
    const added = both.flatMap((difference) => difference.added.map((line) => `+ ${line}`));
    const removed = both.flatMap((difference) => difference.removed.map((line) => `- ${line}`));
    return added.length + removed.length ? [`# ${name}`, ...cut([...added, ...removed])] : [];
  });
  return lines.length ? ['```diff', ...lines.map(unfenced), '```'] : [];
}

function guard({ stacks, left }: EnvironmentReview): string[] {
  // What is refused for the same reason is told once, with everything that it concerns.
  const refused = new Map<string, string[]>();
  for (const { name, guard } of stacks) {
    for (const { logicalId, type, effect, properties, reason, remedy } of guard.refused) {
      const by = properties.length ? `, by ${code(properties.join(', '))}` : '';
      const why = `- ❌ ${reason} ${remedy}`;
      const what = `  - **${effect}** ${code(logicalId)} (${type}) of ${code(name)}${by}`;
      refused.set(why, [...(refused.get(why) ?? []), what]);
    }
  }
  const excepted = stacks.flatMap(({ name, guard: { excepted } }) =>
    excepted.map(
      ({ objection, exception }) =>
        `- ⚠️ **${objection.effect}** ${code(objection.logicalId)} of ${code(name)} is allowed by an exception: ${code(exception.reason)}`,
    ),
  );
  const gone = left.map(
    (name) => `- ⚠️ ${code(name)} is delivered no longer. The pipeline deletes no stack: it stays.`,
  );
  return [...[...refused].flatMap(([why, what]) => [why, ...what]), ...excepted, ...gone];
}

function resources({ stacks }: EnvironmentReview): string[] {
  const told = stacks
    .filter(differs)
    .flatMap(({ name, isNew, resources: all }) =>
      isNew
        ? [`- ${code(name)}: new, ${all.length} resources`]
        : [`- ${code(name)}`, ...cut(bySeverity(all).flatMap(resourceLines), '  - ')],
    );
  return told;
}

const order = ['removed', 'replaced', 'perhaps replaced', 'changed', 'added'];
const bySeverity = (all: ChangedResource[]): ChangedResource[] =>
  [...all].sort((a, b) => Number(isLoss(b)) - Number(isLoss(a)) || order.indexOf(a.effect) - order.indexOf(b.effect));

function resourceLines(resource: ChangedResource): string[] {
  const { id, type, effect, values } = resource;
  const isRevision = type === 'AWS::ECS::TaskDefinition' && effect !== 'added' && effect !== 'removed';
  const what = isLoss(resource) ? `⚠️ **${effect}**` : isRevision ? 'new revision' : effect;
  return [`  - ${what} ${code(id)} (${type})`, ...values.map((value) => `    - ${code(value)}`)];
}

const cut = (lines: string[], indent = ''): string[] =>
  lines.length > shown ? [...lines.slice(0, shown), `${indent}… and ${lines.length - shown} more lines`] : lines;
const unfenced = (text: string) => text.replaceAll('```', "'''").replace(/\n/g, ' ');
const code = (text: string) => `\`${text.replace(/[`\n|]/g, ' ')}\``;

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reviewStack, type ReviewInput, type StackReview } from '../../../pipeline/github/review';
import { type EnvironmentReview, reviewComment } from '../../../pipeline/github/review-comment';
import { templateChanges } from '../../../pipeline/github/template-changes';
import { valueChanges } from '../../../pipeline/github/value-changes';
import { hasFindings, nightlyReport } from '../../../pipeline/github/nightly-report';
import { WorkflowRun } from '../../../pipeline/github/workflow-run';
import type { Template, TemplateResource } from '../../../pipeline/programs/template';
import { templatesByStage } from '../../../pipeline/programs/synthesized-stacks';
import { synthesized } from '../support';
import { temporaryFolder } from '../temporary-folder';

const assembly = synthesized().directory;
const stages = templatesByStage(assembly);
const environments = [
  { name: 'dev', retainData: false },
  { name: 'staging', retainData: false },
  { name: 'prod', retainData: true },
];
const [base, head] = ['a'.repeat(40), 'b'.repeat(40)];

/** Every stack of every environment, changed; with what the change adds to a month's cost of each environment. */
function reviewed(
  change: (template: Template, environment: string) => void,
  cost: Record<string, number> = {},
): EnvironmentReview[] {
  return environments.map((environment) => {
    const { name } = environment;
    const stacks = [...stages.get(`assembly-payment-delivery-${name}`)!].map(([stack, before]) => {
      const after = structuredClone(before);
      change(after, name);
      return reviewStack({ name: stack, before, after, environment, exceptions: [], base });
    });
    return { name, stacks, left: [], cost: { before: 100, after: 100 + (cost[name] ?? 0) } };
  });
}
const commentOn = (all: EnvironmentReview[]) =>
  reviewComment({ system: 'payment-platform', base, head, environments: all });
const ofType = ({ Resources }: Template, type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
/** Leaves a comment where a person can look at it. */
function kept(name: string, text: string): string {
  const folder = join(__dirname, '..', '..', '..', 'reports', 'review');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), text);
  return text;
}

describe('the comment on a pull request that changes', () => {
  test("a service's code: new revisions, and nothing lost", () => {
    const all = reviewed((template) => {
      for (const { Properties } of ofType(template, 'AWS::ECS::TaskDefinition')) {
        if (Properties!.Family === undefined || !String(Properties!.Family).startsWith('payment-api')) continue;
        const [container] = Properties!.ContainerDefinitions as { Image: unknown }[];
        container!.Image = JSON.parse(
          JSON.stringify(container!.Image).replace(/:content-[0-9a-f]+"/, ':content-fedcba9876543210"'),
        );
      }
    });
    const text = kept('code', commentOn(all));
    expect(text).toContain('| replaced | none | none | none |');
    expect(text).toContain('| change guard | ✅ lets it through | ✅ lets it through | ✅ lets it through |');
    expect(text).toMatch(/\*\*dev, staging, prod\*\*/);
    expect(text).toMatch(
      /new revision `\w+` \(AWS::ECS::TaskDefinition\)\n {4}- `ContainerDefinitions.+Image: .+ → .*content-fedcba9876543210`/,
    );
    expect(text).not.toContain('Permissions and');
  });

  test('a scaling number: which number, in the environments that it concerns', () => {
    const all = reviewed(
      (template, environment) => {
        if (environment !== 'prod') return;
        for (const { Properties } of ofType(template, 'AWS::ApplicationAutoScaling::ScalableTarget')) {
          Properties!.MaxCapacity = 12;
        }
      },
      { prod: 12.5 },
    );
    const text = kept('scaling', commentOn(all));
    expect(text).toContain('`MaxCapacity: 10 → 12`');
    expect(text).toContain('**prod**\n');
    expect(text).toContain('| cost a month | no difference ($100.00) | no difference ($100.00) | +$12.50 ($112.50) |');
    expect(text).toContain('| stacks that change | 0 of');
  });

  test('a target group that would be replaced: refused, with what to do', () => {
    const all = reviewed(
      (template) => {
        for (const { Properties } of ofType(template, 'AWS::ElasticLoadBalancingV2::TargetGroup'))
          Properties!.Port = 9090;
      },
      { dev: -3 },
    );
    const text = kept('target-group', commentOn(all));
    expect(text).toMatch(/change guard \| ❌ refuses \d+ \|/);
    expect(text).toMatch(/⚠️ \*\*replaced\*\* `\w+` \(AWS::ElasticLoadBalancingV2::TargetGroup\)/);
    expect(text).toMatch(/^- ❌ .*Take the change back.*\n( {2}- \*\*replace\*\* `\w+` .*, by `Port`\n){6}/m);
    expect(text).toContain('| cost a month | −$3.00 ($97.00) | no difference ($100.00) |');
  });

  test('permissions and security groups: those come first', () => {
    const all = reviewed((template) => {
      for (const { Properties } of ofType(template, 'AWS::EC2::SecurityGroupIngress')) Properties!.FromPort = 1;
      for (const { Properties } of ofType(template, 'AWS::IAM::Role')) {
        const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
        Properties!.Policies = [...((Properties!.Policies ?? []) as object[]), { PolicyDocument: { Statement } }];
      }
    });
    const text = kept('security', commentOn(all));
    expect(text).toMatch(/permissions \| ⚠️ \d+ more, 0 fewer/);
    expect(text).toContain('```diff\n');
    expect(text).toMatch(/^\+ \w+: Allow s3:\* on \*$/m);
    expect(text.indexOf('#### Permissions')).toBeLessThan(text.indexOf('#### Resources'));
  });

  test('nothing', () => {
    expect(commentOn(reviewed(() => {}))).toContain('Nothing: the templates of every environment stay the same.');
  });
});

const queue = (properties: object, more: object = {}): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties as Record<string, unknown>,
  ...more,
});
const bucket = (BucketName: string, more: object = {}): TemplateResource => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName },
  ...more,
});
const of = (resource?: TemplateResource): Template => ({ Resources: resource ? { It: resource } : {} });

describe('what CloudFormation would prepare', () => {
  test.each([
    ['adds', undefined, queue({}), { Action: 'Add' }],
    ['removes', queue({}), undefined, { Action: 'Remove', PolicyAction: 'Delete' }],
    ['keeps what leaves', queue({}, { DeletionPolicy: 'RetainExceptOnCreate' }), undefined, { PolicyAction: 'Retain' }],
    ['leaves a snapshot', queue({}, { DeletionPolicy: 'Snapshot' }), undefined, { PolicyAction: 'Snapshot' }],
    ['changes in place', queue({ DelaySeconds: 1 }), queue({ DelaySeconds: 2 }), { Replacement: 'False' }],
    ['replaces', bucket('a'), bucket('b'), { Replacement: 'True', PolicyAction: 'ReplaceAndDelete' }],
    [
      'replaces and keeps',
      bucket('a', { UpdateReplacePolicy: 'Retain' }),
      bucket('b', { UpdateReplacePolicy: 'Retain' }),
      { PolicyAction: 'ReplaceAndRetain' },
    ],
    [
      'replaces and leaves a snapshot',
      bucket('a', { UpdateReplacePolicy: 'Snapshot' }),
      bucket('b', { UpdateReplacePolicy: 'Snapshot' }),
      { PolicyAction: 'ReplaceAndSnapshot' },
    ],
  ])('%s', (_, before, after, change) => {
    expect(templateChanges(of(before), of(after))).toMatchObject([{ LogicalResourceId: 'It', ...change }]);
  });

  test('does nothing for metadata', () => {
    expect(templateChanges(of(queue({})), of(queue({}, { Metadata: { a: 1 } })))).toEqual([]);
  });

  test('perhaps replaces what depends on more than templates tell', () => {
    const instance = (Size: number): TemplateResource => ({
      Type: 'AWS::EC2::Instance',
      Properties: { Tenancy: 'default', InstanceType: `m5.${Size}xlarge` },
    });
    const [change] = templateChanges(of(instance(2)), of(instance(4)));
    expect(change).toMatchObject({
      Action: 'Modify',
      Replacement: 'Conditional',
      Details: [{ Target: { RequiresRecreation: 'Conditionally' } }],
    });
  });
});

test('values differ down to single members; lists of named members by their names', () => {
  const before = {
    a: 1,
    list: [{ Name: 'x', Value: '1' }],
    tags: [{ Key: 't', Value: 1 }],
    plain: [1, null],
    ref: { Ref: 'A' },
    long: 'x'.repeat(100),
  };
  const after = {
    a: 2,
    list: [
      { Name: 'y', Value: '0' },
      { Name: 'x', Value: '2' },
    ],
    tags: [],
    plain: [1],
    ref: { 'Fn::GetAtt': ['B', 'Arn'] },
    long: 'y'.repeat(100),
  };
  expect(valueChanges(before, after)).toEqual([
    'a: 1 → 2',
    'list.x.Value: 1 → 2',
    'list.y: nothing → Name y, Value 0',
    'tags.t: Key t, Value 1 → nothing',
    'plain.1: null → nothing',
    'ref: A → B.Arn',
    `long: …${'x'.repeat(70)} → …${'y'.repeat(70)}`,
  ]);
});

describe('a stack', () => {
  const one = (more: Partial<ReviewInput>) =>
    reviewStack({
      name: 'pay-data-prod',
      after: of(bucket('b')),
      environment: environments[2]!,
      exceptions: [],
      base,
      ...more,
    });
  const environment = (stacks: StackReview[], left: string[] = []): EnvironmentReview => ({
    name: 'prod',
    stacks,
    left,
    cost: { before: 0, after: 0 },
  });

  test('that is new has nothing that the guard could refuse', () => {
    const review = one({});
    expect(review.guard.refused).toEqual([]);
    expect(commentOn([environment([review])])).toContain('- `pay-data-{environment}`: new, 1 resources');
  });

  test('that leaves, and a resource that leaves', () => {
    const text = commentOn([environment([one({ before: of(bucket('a')), after: of() })], ['pay-old-prod'])]);
    expect(text).toContain('| removed | ⚠️ 2 |');
    expect(text).toContain('`pay-old-{environment}` is delivered no longer. The pipeline deletes no stack: it stays.');
    expect(text).toContain('⚠️ **removed** `It` (AWS::S3::Bucket)');
    expect(text).toMatch(
      /- ❌ It would be deleted.*\n {2}- \*\*delete\*\* `It` \(AWS::S3::Bucket\) of `pay-data-\{environment\}`\n/,
    );
  });

  test('with an exception is let through, with its reason', () => {
    const commits = { from: base, to: head };
    const exception = {
      stack: 'pay-data-prod',
      resource: 'It',
      allow: 'replace' as const,
      reason: 'moved',
      commits,
      startsAt: [base],
    };
    const text = commentOn([environment([one({ before: of(bucket('a')), exceptions: [exception] })])]);
    expect(text).toContain('✅ by 1 exceptions');
    expect(text).toContain('⚠️ **replace** `It` of `pay-data-{environment}` is allowed by an exception: `moved`');
  });

  test('that changes a lot is cut', () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`R${i}`, queue({})]));
    const text = commentOn([environment([one({ before: of(), after: { Resources: many } })])]);
    expect(text).toContain('  - … and 10 more lines');
  });

  test('with a resource that is perhaps replaced', () => {
    const instance = (type: string): TemplateResource => ({
      Type: 'AWS::EC2::Instance',
      Properties: { InstanceType: type },
    });
    const text = commentOn([
      environment([one({ before: of(instance('m5.large')), after: of(instance('m5.xlarge')) })]),
    ]);
    expect(text).toContain('⚠️ **perhaps replaced** `It`');
  });
});

describe('the nightly report', () => {
  const quiet = {
    drift: { isFound: false, lines: ['prod has no drift'] },
    outdated: {},
    vulnerabilities: { high: 0, total: 0 },
    url: 'https://run',
  };

  test('of nothing', () => {
    expect(hasFindings(quiet)).toBe(false);
    expect(nightlyReport(quiet)).toMatch(/✅ No drift[^]*✅ No known vulnerabilities[^]*✅ No newer versions/);
  });

  test.each([
    [{ drift: { isFound: true, lines: ['```'] } }, "### ❌ Drift, or not checked\n\n```\n'''\n```"],
    [{ vulnerabilities: { high: 2, low: 1, total: 3 } }, '❌ Known vulnerabilities: 2 high, 1 low'],
    [{ outdated: { a: { current: '1', latest: '2' } } }, '| `a` | 1 | 2 |'],
    [{ outdated: { a: { latest: '2' } } }, '| `a` | not installed | 2 |'],
  ])('%j', (more, words) => {
    expect(hasFindings({ ...quiet, ...more })).toBe(true);
    expect(nightlyReport({ ...quiet, ...more })).toContain(words);
  });
});

test('a run knows what started it', () => {
  const file = join(temporaryFolder(), 'event.json');
  writeFileSync(file, '{"a":1}');
  expect(new WorkflowRun({ GITHUB_EVENT_PATH: file }).event()).toEqual({ a: 1 });
});

import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';
import { deliverySummary } from '../../../pipeline/github/delivery-summary';
import { endingOf, leftAt } from '../../../pipeline/github/ending';
import { follow, type FollowOptions } from '../../../pipeline/github/follow';
import { deploymentStateOf, type Progress, stagesOf } from '../../../pipeline/github/progress';

const at = (second: number) => new Date(second * 1000);
let second = 0;
const action = (stageName: string, actionName: string, status = 'Succeeded', more: object = {}) =>
  ({
    stageName,
    actionName,
    status,
    startTime: at(++second),
    lastUpdateTime: at(second + 90),
    ...more,
  }) as ActionExecutionDetail;
const approval = (status: string, told?: string) =>
  action('staging', 'approval', status, {
    input: { actionTypeId: { category: 'Approval' } },
    output: { executionResult: { externalExecutionSummary: told } },
  });
const progress = (status: Progress['status'], actions: ActionExecutionDetail[] = [], more: Partial<Progress> = {}) =>
  ({ id: 'one', status, stages: stagesOf(actions), ahead: [], ...more }) as Progress;

/** Follows executions that answer these, one after the other; each look takes the second that it waits. */
async function followed(
  looks: Progress[],
  options: Partial<FollowOptions> = {},
  successors: (string | undefined)[] = [],
) {
  let now = 0;
  const asked: string[] = [];
  const result = await follow('one', {
    executions: {
      progress: async (id) => (asked.push(id), (looks.length > 1 ? looks.shift() : looks[0])!),
      successorOf: async () => successors.shift(),
    },
    pace: { seconds: 1, sleep: async (s) => void (now += s), now: () => now },
    ...{ limit: 100, approvalLimit: 5, restartLimit: 3, seen: async () => {} },
    ...options,
  });
  return { ...result, asked, waited: now };
}

describe('following', () => {
  test('ends with the execution', async () => {
    const { ending, waited } = await followed([progress('InProgress'), progress('Succeeded')]);
    expect([ending.kind, waited]).toEqual(['succeeded', 1]);
  });

  test.each(['Cancelled', 'Superseded'] as const)('goes on with what replaces one that is %s', async (status) => {
    const looks = [progress(status), progress('Succeeded', [], { id: 'two' })];
    const { ending, executions, waited } = await followed(looks, {}, [undefined, 'two']);
    expect([ending.kind, executions, waited]).toEqual(['succeeded', ['one', 'two'], 1]);
  });

  test.each([
    [undefined, /^CodePipeline ended it as Cancelled \(no reason given\), and started no other/],
    ['updated', /\(updated\)/],
  ])('fails where nothing replaces it in time', async (reason, sentence) => {
    const { ending } = await followed([progress('Cancelled', [], { reason })]);
    expect([ending.kind, ending.sentence]).toEqual(['cancelled', expect.stringMatching(sentence)]);
  });

  test('ends where an approval waits too long, and the time starts anew with the next', async () => {
    const waits = progress('InProgress', [approval('InProgress')]);
    const goesOn = progress('InProgress', [approval('Succeeded')]);
    const { ending, waited } = await followed([waits, waits, goesOn, waits]);
    expect([ending.kind, waited]).toEqual(['waiting', 8]);
  });

  test('ends at its limit', async () => {
    const { ending, waited } = await followed([progress('InProgress')], { limit: 4 });
    expect([ending.kind, waited]).toEqual(['running', 4]);
  });
});

describe('an ending', () => {
  test.each([
    [
      'rejected',
      progress('Failed', [action('dev', 'check'), approval('Failed', 'not today')]),
      'The approval before staging was rejected: not today',
    ],
    ['failed', progress('Failed', [action('dev', 'check', 'Failed')]), 'check in dev failed'],
    ['failed', progress('Failed', [], { reason: 'no source' }), 'no source'],
    ['failed', progress('Failed'), 'It failed, and CodePipeline does not say where.'],
    ['stopped', progress('Stopped', [], { reason: 'enough' }), 'Somebody stopped it: enough.'],
    ['stopped', progress('Stopped'), 'Somebody stopped it: no reason given.'],
  ])('%s', (kind, of, sentence) => {
    expect(endingOf(of)).toEqual({ kind, sentence });
  });

  test('of one that is left', () => {
    expect(leftAt(progress('InProgress', [], { ahead: ['zero'] }))).toMatchObject({ kind: 'queued' });
    expect(leftAt(progress('InProgress'))).toMatchObject({ kind: 'running' });
  });
});

describe('a deployment', () => {
  const dev = action('dev', 'check');
  test.each([
    [undefined, progress('InProgress')],
    ['in_progress', progress('InProgress', [dev])],
    ['success', progress('InProgress', [dev, approval('InProgress')])],
    ['success', progress('Succeeded', [dev])],
    ['failure', progress('Failed', [action('dev', 'check', 'Failed')])],
    ['failure', progress('Failed', [action('dev', 'check', 'Abandoned')])],
    ['error', progress('Stopped', [action('dev', 'check', 'Abandoned')])],
  ])('is %s', (state, of) => {
    expect(deploymentStateOf(of, 'dev')).toBe(state);
  });
});

test('of an action that was retried, the last attempt counts', () => {
  const [first, second_] = [action('dev', 'check', 'Failed'), action('dev', 'check')];
  expect(stagesOf([second_, first])[0]!.actions).toMatchObject([{ status: 'Succeeded' }]);
});

describe('the summary', () => {
  const url = 'https://logs.example/1';
  const prepared = action('dev', 'prepare', 'Succeeded', { lastUpdateTime: at(second + 5) });
  const told = action('dev', 'check', 'Failed', {
    output: { executionResult: { errorDetails: { message: 'broke | *here*' }, externalExecutionUrl: url } },
  });
  const of = (more: Partial<Parameters<typeof deliverySummary>[0]>) =>
    deliverySummary({
      ending: { kind: 'failed', sentence: 'check failed' },
      progress: progress('Failed', [prepared, told]),
      ...{ executions: ['one'], pipeline: 'pay', region: 'us-east-1', commit: 'a'.repeat(40) },
      ...more,
    });

  test('shows stages, results, durations and logs; the words of others are no Markdown', () => {
    const text = of({});
    expect(text).toContain('## ❌ Delivery of `aaaaaaaaaaaa`: failed');
    expect(text).toMatch(/\| \*\*dev\*\* \| prepare \| ✅ Succeeded \| \d+ s \| {2}\|/);
    expect(text).toContain(`|  | check | ❌ Failed | 1 min 30 s | broke &#124; &#42;here&#42; [log](${url}) |`);
    expect(text).toContain(
      'Execution [one](https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/pay/',
    );
  });

  test('tells how many live checks passed', () => {
    const outputVariables = { CHECKS: '78 of 78 checks passed in 40.1 s' };
    const checked = action('dev', 'live-checks', 'Succeeded', {
      output: { outputVariables, executionResult: { externalExecutionSummary: 'Build succeeded' } },
    });
    expect(of({ progress: progress('Succeeded', [checked]) })).toContain(
      '| **dev** | live-checks | ✅ Succeeded | 1 min 30 s | 78 of 78 checks passed in 40.1 s |',
    );
  });

  test('says which executions it led through, and that it delivers a later commit', () => {
    const waits = progress('InProgress', [approval('InProgress')], { id: 'two', commit: 'b'.repeat(40) });
    const text = of({ ending: { kind: 'waiting', sentence: 'waits' }, progress: waits, executions: ['one', 'two'] });
    expect(text).toContain('## ⏸️');
    expect(text).toContain('restarted: [one]');
    expect(text).toContain(`the later commit \`${'b'.repeat(40)}\``);
    expect(text).toContain('| **staging** | approval | ⏸️ waits for a person |  |  |');
  });

  test('of what succeeded', () => {
    const same = progress('Succeeded', [action('dev', 'slow', 'Abandoned'), approval('Succeeded', 'go on')], {
      commit: 'a'.repeat(40),
    });
    const text = of({ ending: { kind: 'succeeded', sentence: 'done' }, progress: same });
    expect(text).toContain('## ✅');
    expect(text).toContain('| go on |');
    expect(text).not.toContain('later commit');
  });
});

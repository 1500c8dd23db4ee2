import {
  GetPipelineStateCommand,
  RetryStageExecutionCommand,
  StopPipelineExecutionCommand,
  type StageRetryMode,
} from '@aws-sdk/client-codepipeline';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../../runner/state';
import { SmallPipeline, templateOf, type BuildAction } from './small-pipeline';

let small: SmallPipeline;
/** Builds fail while it is there. */
let fault: string;
beforeAll(async () => {
  small = await SmallPipeline.start();
  fault = join(small.repository, '..', 'fault');
}, 30_000);
afterAll(() => small.end());

const broken = () => writeFileSync(fault, '');
const mended = () => rmSync(fault, { force: true });
/** `first` goes before `fails`, which has `beside` beside it; `last` comes after them. */
const builds = (): BuildAction[] => [
  { name: 'first', commands: ['echo first'] },
  { name: 'fails', commands: [`[ ! -e ${fault} ]`, 'cat file.txt'], runOrder: 2 },
  { name: 'beside', commands: ['echo beside'], runOrder: 2 },
  { name: 'last', commands: ['echo last'], runOrder: 3 },
];
async function failed(): Promise<Execution> {
  broken();
  const execution = await small.runBuilds(builds());
  expect(execution.status).toBe('Failed');
  mended();
  return execution;
}
const retry = ({ id }: Execution, retryMode: StageRetryMode = 'ALL_ACTIONS', stageName = 'Build') =>
  small.client.send(
    new RetryStageExecutionCommand({ pipelineName: 'small', pipelineExecutionId: id, stageName, retryMode }),
  );
const stop = ({ id }: Execution, abandon = false) =>
  small.client.send(
    new StopPipelineExecutionCommand({ pipelineName: 'small', pipelineExecutionId: id, abandon, reason: 'enough' }),
  );
const ran = ({ runs }: Execution, from: number) => runs.slice(from).map((r) => `${r.action.name} ${r.status}`);
const buildStage = async () =>
  (await small.client.send(new GetPipelineStateCommand({ name: 'small' }))).stageStates![1]!.latestExecution!.status;
async function until(holds: () => boolean): Promise<void> {
  for (let left = 300; left && !holds(); left--) await new Promise((done) => setTimeout(done, 20));
  expect(holds()).toBe(true);
}

describe('a stage that has failed is retried', () => {
  test('from its first action: the same execution goes on with the artifacts of the stages before', async () => {
    const execution = await failed();
    const before = execution.runs.length;
    const { pipelineExecutionId } = await retry(execution);
    expect([pipelineExecutionId, execution.status, await buildStage()]).toEqual([
      execution.id,
      'InProgress',
      'InProgress',
    ]);
    await execution.finished;
    expect(execution.status).toBe('Succeeded');
    expect(ran(execution, before)).toEqual(['first', 'fails', 'beside', 'last'].map((name) => `${name} Succeeded`));
    expect(execution.runs.filter((r) => r.action.name === 'Source')).toHaveLength(1);
    expect(await buildStage()).toBe('Succeeded');
  });

  test('in its failed actions only, and then goes on behind them', async () => {
    const execution = await failed();
    const before = execution.runs.length;
    await retry(execution, 'FAILED_ACTIONS');
    await execution.finished;
    expect([execution.status, ...ran(execution, before)]).toEqual(['Succeeded', 'fails Succeeded', 'last Succeeded']);
  });

  test('again and again while it fails; the history keeps each try', async () => {
    const execution = await failed();
    broken();
    for (const mode of ['ALL_ACTIONS', 'FAILED_ACTIONS'] as const) {
      await retry(execution, mode);
      await execution.finished;
      expect([execution.status, await buildStage()]).toEqual(['Failed', 'Failed']);
    }
    mended();
    await retry(execution);
    await execution.finished;
    expect(execution.status).toBe('Succeeded');
    const tries = (await small.actionExecutions(execution)).filter((d) => d.actionName === 'fails');
    expect(tries.map((d) => d.status).reverse()).toEqual(['Failed', 'Failed', 'Failed', 'Succeeded']);
  });

  test('while a later execution waits for the stage: the retried one goes first', async () => {
    await small.deploy(templateOf([{ name: 'slow', commands: ['sleep 0.4', `[ ! -e ${fault} ]`] }]));
    broken();
    const execution = await small.run();
    mended();
    await retry(execution);
    const later = await small.start();
    await Promise.all([execution.finished, later.finished]);
    const slow = (e: Execution) => e.runs.findLast((r) => r.action.name === 'slow')!;
    expect([execution.status, later.status]).toEqual(['Succeeded', 'Succeeded']);
    expect(slow(later).started.getTime()).toBeGreaterThanOrEqual(slow(execution).updated.getTime());
  });
});

describe('a stage is not retried', () => {
  test('that there is not, or that an execution there is not would be in', async () => {
    const execution = await failed();
    await expect(retry(execution, 'ALL_ACTIONS', 'Other')).rejects.toMatchObject({ name: 'StageNotFoundException' });
    const unknown = { ...execution, id: '00000000-0000-0000-0000-000000000000' };
    await expect(retry(unknown)).rejects.toMatchObject({ name: 'PipelineExecutionNotFoundException' });
  });

  test('that has succeeded', async () => {
    const execution = await failed();
    await expect(retry(execution, 'ALL_ACTIONS', 'Source')).rejects.toMatchObject({
      name: 'StageNotRetryableException',
    });
    await retry(execution);
    await execution.finished;
    await expect(retry(execution)).rejects.toMatchObject({ name: 'StageNotRetryableException' });
  });

  test('that is being retried', async () => {
    const execution = await failed();
    await retry(execution);
    await expect(retry(execution)).rejects.toMatchObject({ name: 'ConflictException' });
    await execution.finished;
  });

  test('that a later execution has been in', async () => {
    const execution = await failed();
    await small.run();
    await expect(retry(execution)).rejects.toMatchObject({ name: 'NotLatestPipelineExecutionException' });
  });

  test('once the structure of the pipeline has changed', async () => {
    const execution = await failed();
    await small.deploy(templateOf(builds().slice(0, 3)));
    await expect(retry(execution)).rejects.toMatchObject({ name: 'StageNotRetryableException' });
  });
});

describe('an execution is stopped', () => {
  const slow = async () => {
    const mark = join(small.repository, '..', `mark-${Date.now()}`);
    await small.deploy(
      templateOf([
        {
          name: 'slow',
          commands: [`touch ${mark}`, `while [ -e ${fault} ]; do sleep 0.05; done`, `[ ! -e ${mark}-fails ]`],
        },
        { name: 'later', commands: ['echo later'], runOrder: 2 },
      ]),
    );
    broken();
    const execution = await small.start();
    await until(() => existsSync(mark));
    return { execution, mark };
  };

  test.each([
    ['succeeds', 'Succeeded'],
    ['fails', 'Failed'],
  ])('and waits for what is under way, also where that %s; then the stage can be retried', async (how, status) => {
    const { execution, mark } = await slow();
    if (how === 'fails') writeFileSync(`${mark}-fails`, '');
    await stop(execution);
    expect([execution.status, await buildStage()]).toEqual(['Stopping', 'Stopping']);
    await expect(stop(execution)).rejects.toMatchObject({ name: 'DuplicatedStopRequestException' });
    mended();
    await execution.finished;
    expect([execution.status, ...ran(execution, 1)]).toEqual(['Stopped', `slow ${status}`]);
    expect(await buildStage()).toBe('Stopped');
    await expect(stop(execution)).rejects.toMatchObject({ name: 'PipelineExecutionNotStoppableException' });
    rmSync(`${mark}-fails`, { force: true });
    await retry(execution, 'FAILED_ACTIONS');
    await execution.finished;
    expect(execution.status).toBe('Succeeded');
    const again = how === 'fails' ? ['slow Succeeded'] : [];
    expect(ran(execution, 2)).toEqual([...again, 'later Succeeded']);
  });

  test('and, after all, abandons what is under way; then the stage can be retried', async () => {
    const { execution } = await slow();
    await stop(execution);
    await stop(execution, true);
    await execution.finished;
    expect([execution.status, ...ran(execution, 1)]).toEqual(['Stopped', 'slow Abandoned']);
    mended();
    await retry(execution);
    await execution.finished;
    expect([execution.status, ...ran(execution, 2)]).toEqual(['Succeeded', 'slow Succeeded', 'later Succeeded']);
  });
});

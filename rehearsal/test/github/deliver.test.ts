// The program that GitHub Actions follow a delivery with, on real executions of a small pipeline.
import {
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliver } from '../../../pipeline/github/deliver';
import { lateDeployments } from '../../../pipeline/github/late-deployments';
import { run } from '../../../pipeline/programs/program';
import { gitHubServer, KeptDeployments, runVariables } from '../../../test/pipeline/github/github-server';
import { historyOf } from '../../runner/state';
import { SmallPipeline, templateOf, type BuildAction } from '../runner/small-pipeline';

let small: SmallPipeline;
let folder: string;
const before = { ...process.env };
beforeAll(async () => {
  small = await SmallPipeline.start();
  folder = mkdtempSync(join(tmpdir(), 'deliver-'));
  const { accessKeyId, secretAccessKey } = small.settings.credentials;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: small.local.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
}, 30_000);
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true });
  await small.end();
});

async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let left = 400; left; left--) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain for ${look}`);
}

/** Runs the program for the head of the branch, beside what else happens. */
async function delivery(
  meanwhile: () => Promise<unknown> = async () => {},
  variables: NodeJS.ProcessEnv = {},
  { answer: answers } = new KeptDeployments(),
) {
  const gitHub = await gitHubServer(answers);
  const commit = small.git('rev-parse', 'HEAD');
  const lines: string[] = [];
  const summary = join(folder, 'summary.md');
  writeFileSync(summary, '');
  const all = { ...runVariables(gitHub.url, folder), PIPELINE: 'small', GITHUB_SHA: commit, POLL_SECONDS: '0.05' };
  const call = { args: [], variables: { ...all, ...variables }, directory: folder, say: (l: string) => lines.push(l) };
  const [code] = await Promise.all([run(deliver, call), meanwhile()]);
  await gitHub.end();
  const states = gitHub.asked.flatMap(({ body }) =>
    body?.state ? [`${String(body.environment)}: ${String(body.state)}`] : [],
  );
  return { code, said: lines.join('\n'), summary: readFileSync(summary, 'utf8'), states, commit };
}

const builds = (stage: string, commands: string[]): { stage: object; project: BuildAction } => ({
  project: { name: `Check${stage}`, commands, spec: { env: { 'exported-variables': ['CHECKS'] } } },
  stage: {
    Name: stage,
    Actions: [
      {
        Name: `Check${stage}`,
        ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' },
        Configuration: { ProjectName: `Check${stage}` },
        InputArtifacts: [{ Name: 'Source_Output' }],
        RunOrder: 2,
      },
    ],
  },
});
const approval = {
  Name: 'approval',
  ActionTypeId: { Category: 'Approval', Owner: 'AWS', Provider: 'Manual', Version: '1' },
  Configuration: { CustomData: 'Deliver?' },
  RunOrder: 1,
};

/** Source, one build, dev, and staging behind an approval. */
async function deploy({ dev = ['true'], build = ['true'], approved = false } = {}): Promise<void> {
  const [first, second] = [builds('dev', dev), builds('staging', ['true'])];
  const staging = second.stage as { Actions: object[] };
  if (approved) staging.Actions.unshift(approval);
  const template = templateOf([{ name: 'Synth', commands: build }, first.project, second.project]);
  const stages = template.Resources.Pipeline.Properties.Stages;
  stages[1].Actions = stages[1].Actions.slice(0, 1);
  stages.push(first.stage, staging);
  await small.deploy(template);
}

async function answer(status: 'Approved' | 'Rejected'): Promise<void> {
  const token = await waitFor(async () => {
    const { stageStates } = await small.client.send(new GetPipelineStateCommand({ name: 'small' }));
    return stageStates!.at(-1)!.actionStates![0]!.latestExecution?.token;
  });
  const result = { status, summary: 'not today' };
  const names = { pipelineName: 'small', stageName: 'staging', actionName: 'approval' };
  await small.client.send(new PutApprovalResultCommand({ ...names, token, result }));
}
const newest = () => historyOf(small.env, 'small').executions.at(-1)!;

test('success: every stage, with durations and checks, and each environment shown on GitHub', async () => {
  await deploy({ dev: ['export CHECKS="7 of 7 checks passed"'] });
  small.commit('success', { 'file.txt': 'success' });
  const { code, said, summary, states } = await delivery();
  expect([code, said.split('\n').at(-1)]).toEqual([0, 'succeeded: Every stage was delivered.']);
  expect(states.filter((state) => !state.endsWith('in_progress'))).toEqual(['dev: success', 'staging: success']);
  expect(summary).toMatch(/^## ✅ Delivery of `[0-9a-f]{12}`: succeeded$/m);
  expect(summary).toMatch(/\| \*\*dev\*\* \| Checkdev \| ✅ Succeeded \| \d+ s \| 7 of 7 checks passed /);
});

test('a failed check', async () => {
  await deploy({ dev: ['exit 1'] });
  small.commit('failed', { 'file.txt': 'failed' });
  const { code, said, summary, states } = await delivery();
  expect(code).toBe(1);
  expect(said).toMatch(/failed: Checkdev in dev failed: /);
  expect(summary).toMatch(/^## ❌ Delivery of .*: failed$/m);
  expect(summary).toMatch(/Checkdev \| ❌ Failed/);
  expect(states.at(-1)).toBe('dev: failure');
});

describe('an approval', () => {
  test('that is given', async () => {
    await deploy({ approved: true });
    small.commit('approved', { 'file.txt': 'approved' });
    const kept = new KeptDeployments();
    const meanwhile = async () => {
      await waitFor(() => kept.shown.includes('staging: pending') || undefined);
      await answer('Approved');
    };
    const { code, states } = await delivery(meanwhile, {}, kept);
    expect(code).toBe(0);
    expect(states.at(-1)).toBe('staging: success');
  });

  test('that is rejected', async () => {
    await deploy({ approved: true });
    small.commit('rejected', { 'file.txt': 'rejected' });
    const { code, said, summary, states } = await delivery(() => answer('Rejected'));
    expect(code).toBe(1);
    expect(said).toMatch(/rejected: The approval before staging was rejected: .*/);
    expect(summary).toMatch(/: rejected$/m);
    expect(states.at(-1)).toBe('staging: failure');
  });

  test('that waits too long gives the runner back; run again, the job follows the same execution', async () => {
    await deploy({ approved: true });
    small.commit('waits', { 'file.txt': 'waits' });
    const first = await delivery(undefined, { APPROVAL_SECONDS: '0' });
    expect(first.code).toBe(0);
    expect(first.said).toContain('waiting: It waits for a person who approves staging');
    expect(first.summary).toMatch(/^## ⏸️ Delivery of .*: waiting$/m);
    expect(first.states.at(-1)).toBe('staging: pending');
    const known = historyOf(small.env, 'small').executions.length;
    const second = await delivery(() => answer('Approved'));
    expect(second.code).toBe(0);
    expect(second.said).toContain(`Follows execution ${newest().id}`);
    expect(historyOf(small.env, 'small').executions).toHaveLength(known);
  });

  test('that is given when the run has left: a later one shows how the delivery went on', async () => {
    await deploy({ approved: true });
    small.commit('left', { 'file.txt': 'left' });
    const kept = new KeptDeployments();
    await delivery(undefined, { APPROVAL_SECONDS: '0' }, kept);
    expect(kept.shown).toEqual(['dev: success', 'staging: pending']);
    await answer('Approved');
    await newest().finished;
    const gitHub = await gitHubServer(kept.answer);
    const lines: string[] = [];
    const variables = { ...runVariables(gitHub.url, folder), PIPELINE: 'small' };
    const say = (line: string) => lines.push(line);
    expect(await run(lateDeployments, { args: [], variables, directory: folder, say })).toBe(0);
    await gitHub.end();
    expect(lines).toEqual([`${small.git('rev-parse', 'HEAD').slice(0, 12)} to staging: success`]);
    expect(kept.shown).toEqual(['dev: success', 'staging: success']);
  });
});

test('a pipeline that changes itself: the execution that replaces the cancelled one is followed', async () => {
  const templates = ['before', 'after'].map((text) => {
    const template = templateOf([{ name: 'Synth', commands: ['sleep 0.4', `echo ${text}`] }]);
    template.Resources.Pipeline.Properties.RestartExecutionOnUpdate = true;
    return template;
  });
  templates[1]!.Resources.Pipeline.Properties.Stages[1].Actions[0].Name = 'Renamed';
  await small.deploy(templates[0]!);
  small.commit('restarts', { 'file.txt': 'restarts' });
  const known = historyOf(small.env, 'small').executions.length;
  const { code, summary } = await delivery(async () => {
    const [first] = await waitFor(() => {
      const started = historyOf(small.env, 'small').executions.slice(known);
      return started[0]?.runs.some((r) => r.action.name === 'Synth') ? started : undefined;
    });
    await small.deploy(templates[1]!);
    await first!.finished;
    expect(first!.status).toBe('Cancelled');
  });
  expect(code).toBe(0);
  const [first, second] = historyOf(small.env, 'small').executions.slice(known);
  expect(summary).toContain(`Execution [${second!.id}]`);
  expect(summary).toContain(`The pipeline changed itself before, and restarted: [${first!.id}]`);
});

test('stopped by somebody', async () => {
  await deploy({ dev: ['sleep 60'] });
  small.commit('stopped', { 'file.txt': 'stopped' });
  const known = newest().id;
  const { code, said, summary, states } = await delivery(async () => {
    await waitFor(() => (newest().id !== known && newest().runs.some((r) => r.action.stage === 'dev')) || undefined);
    const names = { pipelineName: 'small', pipelineExecutionId: newest().id };
    await small.client.send(new StopPipelineExecutionCommand({ ...names, abandon: true, reason: 'enough' }));
  });
  expect(code).toBe(1);
  expect(said).toContain('stopped: Somebody stopped it: enough.');
  expect(summary).toMatch(/: stopped$/m);
  expect(states.at(-1)).toBe('dev: error');
});

test('queued behind another: it says so, waits its turn, and succeeds', async () => {
  await deploy({ build: ['sleep 0.6'] });
  const other = await small.start();
  small.commit('queued', { 'file.txt': 'queued' });
  const { code, said } = await delivery();
  expect(code).toBe(0);
  expect(said).toContain(`queued behind ${other.id}`);
  expect(other.status).toBe('Succeeded');
});

test('queued for too long: the run ends well, and says behind which', async () => {
  await deploy({ build: ['sleep 1.5'] });
  const other = await small.start();
  await waitFor(() => other.runs.find((r) => r.action.name === 'Synth'));
  small.commit('queued long', { 'file.txt': 'queued long' });
  const { code, summary } = await delivery(undefined, { FOLLOW_SECONDS: '0.5' });
  expect(code).toBe(0);
  expect(summary).toContain(`It is queued behind execution ${other.id}.`);
  await newest().finished;
});

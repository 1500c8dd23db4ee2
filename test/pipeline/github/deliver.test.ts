import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { access } from '../../../pipeline/github/access';
import { deliver } from '../../../pipeline/github/deliver';
import { Executions } from '../../../pipeline/github/executions';
import { temporaryFolder } from '../temporary-folder';
import { runWork } from '../programs/support';
import { type Answer, gitHubServer, KeptDeployments, runVariables } from './github-server';

const aws = mockClient(CodePipelineClient);
beforeEach(() => aws.reset());

const commit = '0123456789abcdef0123456789abcdef01234567';
const detail = (stageName: string, actionName: string, status: string, category = 'Build') => ({
  ...{ stageName, actionName, status, input: { actionTypeId: { category } } },
  ...{ startTime: new Date(0), lastUpdateTime: new Date(1000) },
});

/** One execution with these actions at each look. */
function pipelineWith(looks: { status: string; actions: object[] }[], listed: object[] = []) {
  aws.on(StartPipelineExecutionCommand).resolves({ pipelineExecutionId: 'one' });
  aws.on(ListPipelineExecutionsCommand).resolves({ pipelineExecutionSummaries: listed });
  let last = looks[0]!;
  aws.on(GetPipelineExecutionCommand).callsFake(() => {
    last = looks.shift() ?? last;
    return { pipelineExecution: { status: last.status, artifactRevisions: [{ revisionId: commit }] } };
  });
  aws.on(ListActionExecutionsCommand).callsFake(() => ({ actionExecutionDetails: last.actions }));
}

async function delivered(answer: Answer = () => ({ body: { id: 3 } }), more: NodeJS.ProcessEnv = {}) {
  const folder = temporaryFolder();
  const server = await gitHubServer(answer);
  const variables = { ...runVariables(server.url, folder), POLL_SECONDS: '0', ...more };
  const { code, said } = await runWork(deliver, { variables });
  await server.end();
  return { code, said, asked: server.asked, summary: readFileSync(join(folder, 'summary.md'), 'utf8') };
}

test('starts the pipeline of configuration.json at the commit, and shows each environment once in each state', async () => {
  const dev = (status: string) => detail('dev', 'check', status);
  pipelineWith([
    { status: 'InProgress', actions: [dev('InProgress')] },
    { status: 'InProgress', actions: [dev('InProgress')] },
    { status: 'Succeeded', actions: [dev('Succeeded'), detail('prod', 'check', 'Succeeded')] },
  ]);
  const { code, said, asked, summary } = await delivered();
  expect(code).toBe(0);
  expect(said.split('\n')).toEqual([
    'Started execution one of payment-delivery',
    'one: dev check',
    'one: Succeeded',
    'succeeded: Every stage was delivered.',
  ]);
  const { sourceRevisions } = aws.commandCalls(StartPipelineExecutionCommand)[0]!.args[0].input;
  expect(sourceRevisions).toEqual([{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: commit }]);
  expect(asked.map(({ path, body }) => [path.replace('/repos/acme/pay/', ''), body!.environment, body!.state])).toEqual(
    [
      ['deployments', 'dev', undefined],
      ['deployments/3/statuses', 'dev', 'in_progress'],
      ['deployments/3/statuses', 'dev', 'success'],
      ['deployments', 'prod', undefined],
      ['deployments/3/statuses', 'prod', 'success'],
    ],
  );
  expect(asked[0]!.body).toMatchObject({ ref: commit, required_contexts: [], production_environment: false });
  expect(asked[3]!.body).toMatchObject({ production_environment: true });
  expect(asked[1]!.body!.log_url).toBe('https://github.example/acme/pay/actions/runs/77');
  expect(summary).toContain(': succeeded');
});

test('a GitHub that refuses statuses does not hide how the delivery ends', async () => {
  pipelineWith([{ status: 'Failed', actions: [detail('dev', 'check', 'Failed')] }]);
  const { code, said } = await delivered(() => ({ status: 403, body: 'no' }));
  expect(code).toBe(1);
  expect(said).toContain('not shown on GitHub: GitHub: POST deployments: 403 "no"');
  expect(said).toContain('failed: check in dev failed');
});

test('follows the execution that delivers the commit already, and says what it waits for', async () => {
  const sourceRevisions = [{ revisionId: commit }];
  const listed = [
    { pipelineExecutionId: 'three', status: 'InProgress' },
    { pipelineExecutionId: 'one', status: 'InProgress', sourceRevisions },
    { pipelineExecutionId: 'zero', status: 'Stopping' },
    { pipelineExecutionId: 'old', status: 'InProgress' },
  ];
  pipelineWith(
    [
      { status: 'InProgress', actions: [] },
      { status: 'InProgress', actions: [detail('staging', 'approval', 'InProgress', 'Approval')] },
    ],
    listed,
  );
  const { code, said } = await delivered(undefined, { APPROVAL_SECONDS: '0' });
  expect(code).toBe(0);
  expect(aws.commandCalls(StartPipelineExecutionCommand)).toHaveLength(0);
  expect(said).toContain('Follows execution one of');
  expect(said).toContain('one: queued behind old, zero');
  expect(said).toContain('one: waits for approval before staging');
});

test.each([
  ['only what is new', ['success', 'pending'], ['deployments/2/statuses']],
  [
    'everything where the run before told nothing',
    [],
    ['deployments', 'deployments/1/statuses', 'deployments', 'deployments/2/statuses'],
  ],
])('a run that goes on tells GitHub %s', async (_, before, paths) => {
  const gitHub = new KeptDeployments();
  for (const [i, state] of before.entries()) gitHub.add(commit, ['dev', 'staging'][i]!, state);
  const listed = [{ pipelineExecutionId: 'one', status: 'InProgress', sourceRevisions: [{ revisionId: commit }] }];
  const actions = [detail('dev', 'check', 'Succeeded'), detail('staging', 'check', 'Succeeded')];
  pipelineWith([{ status: 'Succeeded', actions }], listed);
  const { code, asked } = await delivered(gitHub.answer);
  expect(code).toBe(0);
  const told = asked.filter(({ method }) => method === 'POST');
  expect(told.map(({ path }) => path.replace('/repos/acme/pay/', ''))).toEqual(paths);
  expect(gitHub.shown).toEqual(['dev: success', 'staging: success']);
});

test('what comes after a cancelled execution is the first later one that was not cancelled', async () => {
  const listed = ['four', 'three', 'two', 'one'].map((pipelineExecutionId, i) => ({
    pipelineExecutionId,
    status: ['InProgress', 'InProgress', 'Cancelled', 'Cancelled'][i],
  }));
  pipelineWith([], listed);
  const executions = new Executions(new CodePipelineClient({ region: 'us-east-1' }), 'pay');
  expect(await executions.successorOf('one')).toBe('three');
  expect(await executions.successorOf('four')).toBeUndefined();
});

test('every page of the actions is read', async () => {
  aws.on(GetPipelineExecutionCommand).resolves({ pipelineExecution: { status: 'Succeeded' } });
  aws
    .on(ListActionExecutionsCommand)
    .resolvesOnce({ actionExecutionDetails: [detail('dev', 'one', 'Succeeded') as object], nextToken: 'more' })
    .resolvesOnce({ actionExecutionDetails: [detail('dev', 'two', 'Succeeded') as object] });
  const executions = new Executions(new CodePipelineClient({ region: 'us-east-1' }), 'pay');
  const { stages, commit: taken } = await executions.progress('one');
  expect(stages[0]!.actions.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(taken).toBeUndefined();
});

describe('which role', () => {
  const asked = async (
    use: string | undefined,
    more: NodeJS.ProcessEnv = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
  ) => {
    const folder = temporaryFolder();
    const result = await runWork(access, {
      args: use ? [use] : [],
      variables: { ...runVariables('', folder), ...more },
    });
    return { ...result, file: () => readFileSync(join(folder, 'output'), 'utf8') };
  };

  test.each([
    ['deliver', 'payment-delivery-github'],
    ['follow', 'payment-delivery-github-follow'],
    ['drift', 'payment-delivery-github-drift'],
  ])('%s', async (use, role) => {
    const { code, file } = await asked(use);
    expect(code).toBe(0);
    expect(file()).toBe(`role=arn:aws:iam::111111111111:role/${role}\nregion=us-east-1\n`);
  });

  test('placeholders are refused before anybody asks AWS, and so is another use', async () => {
    const { code, said } = await asked('deliver', {});
    expect([code, said]).toEqual([1, expect.stringContaining('placeholder accounts: tooling, dev, staging, prod')]);
    expect((await asked('else')).code).toBe(2);
    expect((await asked(undefined)).code).toBe(2);
  });
});

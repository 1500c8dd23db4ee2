import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { lateDeployments } from '../../../pipeline/github/late-deployments';
import { temporaryFolder } from '../temporary-folder';
import { runWork } from '../programs/support';
import { gitHubServer, KeptDeployments, runVariables } from './github-server';

const aws = mockClient(CodePipelineClient);
beforeEach(() => aws.reset());

/** Executions by id, the newest first: their commit, status, and the state of an action in each stage. */
type Known = Record<string, { commit: string; status: string; stages?: Record<string, string> }>;

function pipelineWith(known: Known): void {
  const summaries = Object.entries(known).map(([pipelineExecutionId, { commit, status }]) => ({
    ...{ pipelineExecutionId, status: status as never },
    sourceRevisions: [{ actionName: 'Source', revisionId: commit }],
  }));
  // One whose source could not be read has no revision.
  const oldest = { pipelineExecutionId: 'oldest', status: 'Failed' as const };
  aws.on(ListPipelineExecutionsCommand).resolves({ pipelineExecutionSummaries: [...summaries, oldest] });
  aws.on(GetPipelineExecutionCommand).callsFake(({ pipelineExecutionId: id }: { pipelineExecutionId: string }) => ({
    pipelineExecution: { status: known[id]!.status },
  }));
  aws.on(ListActionExecutionsCommand).callsFake(({ filter }: { filter: { pipelineExecutionId: string } }) => ({
    actionExecutionDetails: Object.entries(known[filter.pipelineExecutionId]!.stages ?? {}).map(
      ([stageName, status], i) => ({
        ...{ stageName, actionName: 'deploy', status, startTime: new Date(i), lastUpdateTime: new Date(i) },
        input: { actionTypeId: { category: 'Build' } },
      }),
    ),
  }));
}

async function looked(gitHub: KeptDeployments) {
  const server = await gitHubServer(gitHub.answer);
  const result = await runWork(lateDeployments, { variables: runVariables(server.url, temporaryFolder()) });
  await server.end();
  return { ...result, asked: server.asked };
}

test('what went on after the run had left is shown, with the page of that run where it made the deployment', async () => {
  const gitHub = new KeptDeployments();
  gitHub.add('c1', 'dev', 'success');
  gitHub.add('c1', 'staging', 'pending');
  pipelineWith({
    one: { commit: 'c1', status: 'Succeeded', stages: { dev: 'Succeeded', staging: 'Succeeded', prod: 'Succeeded' } },
  });
  const { code, said } = await looked(gitHub);
  expect([code, said]).toEqual([0, 'c1 to staging: success\nc1 to prod: success']);
  expect(gitHub.shown).toEqual(['dev: success', 'staging: success', 'prod: success']);
  expect(gitHub.logUrl(2)).toBe('https://github.example/first');
  expect(gitHub.logUrl(3)).toBe('https://github.example/acme/pay/actions/runs/77');

  const again = await looked(gitHub);
  expect(again.said).toBe('GitHub shows every delivery as it stands.');
  expect(again.asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('a stage that was retried after its failure', async () => {
  const gitHub = new KeptDeployments();
  gitHub.add('c1', 'dev', 'failure');
  pipelineWith({ one: { commit: 'c1', status: 'InProgress', stages: { dev: 'Succeeded', staging: 'InProgress' } } });
  expect((await looked(gitHub)).said).toBe('c1 to dev: success\nc1 to staging: in_progress');
});

test('the execution that replaced one which the pipeline cancelled by changing itself', async () => {
  const gitHub = new KeptDeployments();
  gitHub.add('c1', 'dev', 'in_progress');
  pipelineWith({
    two: { commit: 'c2', status: 'Succeeded', stages: { dev: 'Succeeded' } },
    one: { commit: 'c1', status: 'Cancelled' },
  });
  expect((await looked(gitHub)).said).toBe('c1 to dev: success');
});

test('one that was cancelled and not replaced has not come further', async () => {
  const gitHub = new KeptDeployments();
  gitHub.add('c1', 'dev', 'in_progress');
  pipelineWith({ one: { commit: 'c1', status: 'Cancelled', stages: { dev: 'Succeeded' } } });
  expect((await looked(gitHub)).said).toBe('c1 to dev: error');
});

test('a later delivery made it inactive: that stays; what is older than the pipeline knows is left alone', async () => {
  const gitHub = new KeptDeployments();
  gitHub.add('c0', 'dev', 'in_progress');
  gitHub.add('c1', 'dev', 'inactive');
  gitHub.add('c1', 'staging');
  pipelineWith({ one: { commit: 'c1', status: 'Failed', stages: { dev: 'Succeeded', staging: 'Failed' } } });
  expect((await looked(gitHub)).said).toBe('c1 to staging: failure');
  expect(gitHub.shown).toEqual(['dev: in_progress', 'dev: inactive', 'staging: failure']);
});

test('a commit that is delivered once more has deployments of its own', async () => {
  const gitHub = new KeptDeployments();
  for (const environment of ['dev', 'staging', 'prod']) gitHub.add('c1', environment, 'inactive');
  gitHub.add('c1', 'dev', 'success');
  pipelineWith({
    two: { commit: 'c1', status: 'InProgress', stages: { dev: 'Succeeded', staging: 'InProgress' } },
    one: { commit: 'c1', status: 'Succeeded', stages: { dev: 'Succeeded', staging: 'Succeeded', prod: 'Succeeded' } },
  });
  expect((await looked(gitHub)).said).toBe('c1 to staging: in_progress');
  expect(gitHub.shown.slice(3)).toEqual(['dev: success', 'staging: in_progress']);
});

test('GitHub that refuses is an error that says so', async () => {
  const server = await gitHubServer(() => ({ status: 403, body: 'no' }));
  const { code, said } = await runWork(lateDeployments, { variables: runVariables(server.url, temporaryFolder()) });
  await server.end();
  expect([code, said]).toEqual([1, expect.stringContaining('GET deployments?environment=dev&per_page=20: 403 "no"')]);
});

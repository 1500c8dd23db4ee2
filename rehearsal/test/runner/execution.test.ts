import {
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readFileSync } from 'node:fs';
import { buildsOf } from '../../cloud/services/codebuild';
import { performAgain } from '../../runner/execution';
import { historyOf } from '../../runner/state';
import { SmallPipeline, templateOf } from './small-pipeline';

let small: SmallPipeline;
beforeAll(async () => {
  small = await SmallPipeline.start();
}, 30_000);
afterAll(() => small.end());

const say = (text: string) => [`echo "${text}"`];
const approval = {
  Name: 'Approve',
  Actions: [
    {
      Name: 'ask',
      ActionTypeId: { Category: 'Approval', Owner: 'AWS', Provider: 'Manual', Version: '1' },
      Configuration: { CustomData: 'Deliver #{Source.CommitId}?' },
    },
  ],
};
async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let left = 200; left; left--) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain for ${look}`);
}

describe('what was synthesized is what runs', () => {
  test('a changed command runs', async () => {
    const before = await small.runBuilds([{ name: 'One', commands: say('before') }]);
    const after = await small.runBuilds([{ name: 'One', commands: say('after') }]);
    expect([small.outputOf(before, 'One'), small.outputOf(after, 'One')]).toEqual(['before\n', 'after\n']);
  });

  test('a changed environment variable is there; the action wins over the project, the project over the buildspec', async () => {
    const commands = say('$A $B $C');
    const spec = { env: { variables: { A: 'spec', B: 'spec', C: 'spec' } } };
    const projectVariables = { A: 'project', B: 'project' };
    const one = await small.runBuilds([{ name: 'One', commands, spec, projectVariables, variables: { A: 'action' } }]);
    expect(small.outputOf(one, 'One')).toBe('action project spec\n');
    const two = await small.runBuilds([{ name: 'One', commands, spec, projectVariables, variables: { A: 'changed' } }]);
    expect(small.outputOf(two, 'One')).toBe('changed project spec\n');
  });

  test('a changed run order changes who waits for whom', async () => {
    const overlap = async (runOrder: number) => {
      const builds = ['One', 'Two'].map((name, i) => ({ name, commands: ['sleep 0.3'], runOrder: i ? runOrder : 1 }));
      const { runs } = await small.runBuilds(builds);
      const [one, two] = ['One', 'Two'].map((name) => runs.find((r) => r.action.name === name)!);
      return two!.started < one!.updated;
    };
    expect(await overlap(1)).toBe(true);
    expect(await overlap(2)).toBe(false);
  });

  test('an action is performed again with what it had, and on no record', async () => {
    const execution = await small.runBuilds([
      { name: 'One', commands: say('again $A'), variables: { A: '#{Source.CommitId}' } },
    ]);
    const [source, one] = execution.runs;
    const again = await performAgain(small.env, execution, one!.action);
    expect(again.status).toBe('Succeeded');
    expect(readFileSync(again.logFile!, 'utf8')).toContain(`again ${source!.externalId}`);
    expect(again.externalId).not.toBe(one!.externalId);
    expect(execution.runs).toEqual([source, one]);
  });

  test('a provider that is not known fails the execution', async () => {
    const invoke = {
      Name: 'call',
      ActionTypeId: { Category: 'Invoke', Owner: 'AWS', Provider: 'Lambda', Version: '1' },
      Configuration: {},
    };
    const { status, runs } = await small.runBuilds(
      [{ name: 'One', commands: say('hi') }],
      [{ Name: 'Invoke', Actions: [invoke] }],
    );
    expect(status).toBe('Failed');
    expect(runs.at(-1)!.error!.message).toContain('A rehearsal cannot perform Invoke actions of AWS/Lambda');
  });
});

describe('what actions hand on', () => {
  test('the commit, its history, and an artifact to the action that names it', async () => {
    const execution = await small.runBuilds([
      {
        name: 'Make',
        commands: [
          'git log --format=%s',
          'mkdir -p out/sub',
          'cp file.txt out/sub/made.txt',
          'export SAID="a \\"b\\""',
        ],
        output: 'Made',
        namespace: 'Made',
        spec: { env: { 'exported-variables': ['SAID'] } },
      },
      {
        name: 'Use',
        runOrder: 2,
        input: 'Made',
        commands: ['ls', 'cat sub/made.txt', 'echo " $SAID $COMMIT"'],
        variables: { SAID: '#{Made.SAID}', COMMIT: '#{Source.CommitId}' },
      },
    ]);
    const commit = small.git('rev-parse', 'HEAD');
    expect(small.outputOf(execution, 'Make')).toBe('first\n');
    expect(small.outputOf(execution, 'Use')).toBe(`sub\none a "b" ${commit}\n`);
    const details = await small.actionExecutions(execution);
    const use = details.find((d) => d.actionName === 'Use')!;
    expect(use.input!.resolvedConfiguration!.EnvironmentVariables).toContain(commit);
    expect(use.input!.inputArtifacts![0]).toMatchObject({
      name: 'Made',
      s3location: { key: expect.stringMatching(/^small\/Made\//) },
    });
  });

  test('parameters of the Parameter Store, read in the role of the project', async () => {
    await new SSMClient(small.settings).send(
      new PutParameterCommand({ Name: '/some/name', Value: 'kept', Type: 'String' }),
    );
    const spec = { env: { 'parameter-store': { FOUND: '/some/name' } } };
    const execution = await small.runBuilds([
      { name: 'One', commands: ['echo "$FOUND as ${AWS_ACCESS_KEY_ID:0:16}"'], spec },
    ]);
    expect(small.outputOf(execution, 'One')).toMatch(/^kept as ASIA111111111111\n$/);
  });

  test('JUnit reports are kept, also those of a failed build', async () => {
    const xml =
      '<testsuite name="s"><testcase name="holds"/><testcase name="breaks"><failure>why</failure></testcase></testsuite>';
    const execution = await small.runBuilds([
      {
        name: 'Check',
        commands: ['mkdir reports', `echo '${xml}' > reports/r.xml`, 'exit 1'],
        spec: { reports: { checks: { files: '*.xml', 'base-directory': 'reports' } } },
      },
    ]);
    const build = buildsOf(small.env).get(execution.runs.at(-1)!.externalId!)!;
    expect(execution.status).toBe('Failed');
    expect(build.reports[0]!.cases.map((c) => [c.name, c.status])).toEqual([
      ['holds', 'SUCCEEDED'],
      ['breaks', 'FAILED'],
    ]);
  });
});

describe('failures', () => {
  test('actions beside a failed one finish, later ones are not run', async () => {
    const { status, runs } = await small.runBuilds([
      { name: 'Fails', commands: ['exit 3'] },
      { name: 'Beside', commands: ['sleep 0.2'] },
      { name: 'Later', commands: say('never'), runOrder: 2 },
    ]);
    expect(status).toBe('Failed');
    expect(runs.map((r) => [r.action.name, r.status])).toEqual([
      ['Source', 'Succeeded'],
      ['Fails', 'Failed'],
      ['Beside', 'Succeeded'],
    ]);
  });

  test('a variable that no action left fails the action that asks for it', async () => {
    const { runs } = await small.runBuilds([{ name: 'One', commands: say('hi'), variables: { X: '#{Nobody.Knows}' } }]);
    expect(runs.at(-1)!.error!.message).toContain('#{Nobody.Knows}');
  });

  test('a commit that the repository does not have fails the source', async () => {
    const { runs, status } = await small.run('0'.repeat(40));
    expect(status).toBe('Failed');
    expect(runs[0]!.error!.message).toContain('is not in repository a/b');
  });
});

describe('approvals', () => {
  const deploy = () => small.deploy(templateOf([{ name: 'One', commands: say('hi') }], [approval]));
  const pending = async () => {
    const state = await small.client.send(new GetPipelineStateCommand({ name: 'small' }));
    return state.stageStates!.at(-1)!.actionStates![0]!.latestExecution;
  };
  const answer = (status: 'Approved' | 'Rejected', token?: string) =>
    small.client.send(
      new PutApprovalResultCommand({
        pipelineName: 'small',
        stageName: 'Approve',
        actionName: 'ask',
        token,
        result: { status, summary: 'because' },
      }),
    );

  test.each([
    ['Approved', 'Succeeded'],
    ['Rejected', 'Failed'],
  ] as const)('%s: the execution has %s', async (decision, status) => {
    await deploy();
    const execution = await small.start();
    const { token, summary } = (await waitFor(async () => ((await pending())?.token ? pending() : undefined)))!;
    expect(summary).toBe(`Deliver ${small.git('rev-parse', 'HEAD')}?`);
    await expect(answer('Approved', 'another')).rejects.toMatchObject({ name: 'InvalidApprovalTokenException' });
    await answer(decision, token);
    await execution.finished;
    expect(execution.status).toBe(status);
    await expect(answer('Approved', token)).rejects.toMatchObject({ name: 'ApprovalAlreadyCompletedException' });
    // Who decided, and with which words.
    const by = expect.stringMatching(/^arn:aws:iam::\d{12}:user\/administrator$/);
    expect(await pending()).toMatchObject({ summary: 'because', lastUpdatedBy: by });
    const request = { pipelineName: 'small', filter: { pipelineExecutionId: execution.id } };
    const { actionExecutionDetails = [] } = await small.client.send(new ListActionExecutionsCommand(request));
    expect(actionExecutionDetails.find(({ actionName }) => actionName === 'ask')).toMatchObject({
      updatedBy: by,
      output: { executionResult: { externalExecutionSummary: 'because' } },
    });
  });
});

describe('several executions', () => {
  test('QUEUED: one after the other in each stage, in the order of their start', async () => {
    await small.deploy(templateOf([{ name: 'One', commands: ['sleep 0.3'] }]));
    const first = await small.start();
    const second = await small.start();
    await Promise.all([first.finished, second.finished]);
    const build = (e: typeof first) => e.runs.find((r) => r.action.name === 'One')!;
    expect(build(second).started.getTime()).toBeGreaterThanOrEqual(build(first).updated.getTime());
  });

  test('a pipeline that changes itself ends the execution as Cancelled and starts again at the head of the branch', async () => {
    const [before, after] = ['before', 'after'].map((text) =>
      templateOf([
        { name: 'One', commands: ['sleep 0.4', `echo ${text}`] },
        { name: 'Two', commands: say(text), runOrder: 2 },
      ]),
    );
    for (const template of [before, after]) template!.Resources.Pipeline.Properties.RestartExecutionOnUpdate = true;
    // The definition itself has to differ, not only a project.
    after!.Resources.Pipeline.Properties.Stages[1].Actions[1].Name = 'Three';
    await small.deploy(before!);
    const old = small.git('rev-parse', 'HEAD');
    const execution = await small.start(old);
    await waitFor(() => execution.runs.find((r) => r.action.name === 'One'));
    const head = small.commit('second', { 'file.txt': 'two' });
    await small.deploy(after!);
    await execution.finished;
    expect(execution.status).toBe('Cancelled');
    expect(execution.runs.map((r) => r.action.name)).toEqual(['Source', 'One']);
    const { executions } = historyOf(small.env, 'small');
    const restarted = await waitFor(() => executions[executions.indexOf(execution) + 1]);
    await restarted.finished;
    expect(restarted.status).toBe('Succeeded');
    expect(restarted.sources[0]!.revisionId).toBe(head);
    expect(restarted.runs.map((r) => r.action.name)).toEqual(['Source', 'One', 'Three']);
    const { pipelineExecutionSummaries } = await small.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: 'small' }),
    );
    expect(pipelineExecutionSummaries!.slice(0, 2).map((s) => s.status)).toEqual(['Succeeded', 'Cancelled']);
  });

  test('a stopped execution ends its build', async () => {
    await small.deploy(templateOf([{ name: 'One', commands: ['sleep 60'] }]));
    const execution = await small.start();
    const run = await waitFor(() => execution.runs.find((r) => r.externalId && r.action.name === 'One'));
    await small.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: 'small',
        pipelineExecutionId: execution.id,
        abandon: true,
        reason: 'enough',
      }),
    );
    await execution.finished;
    expect(execution.status).toBe('Stopped');
    expect(run.status).toBe('Abandoned');
    expect(buildsOf(small.env).get(run.externalId!)!.status).toBe('STOPPED');
  });

  test('the definition can be read', async () => {
    const { pipeline } = await small.client.send(new GetPipelineCommand({ name: 'small' }));
    expect(pipeline!.stages!.map((s) => s.name)).toEqual(['Source', 'Build']);
    expect(pipeline!.executionMode).toBe('QUEUED');
  });
});

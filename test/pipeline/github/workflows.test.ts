import { readConfiguration } from '../../../stages/configuration';
import { jobsOf, stepsOf, workflows } from './workflow-files';

describe.each([...workflows])('%s', (_, { text, workflow }) => {
  test('names each action by a whole commit, with its version', () => {
    const used = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('is given nothing as a whole, and each job names what it needs', () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobsOf(workflow)) expect(permissions).toMatchObject({ contents: 'read' });
  });

  test('says what happens to runs at the same time, and when a job is given up', () => {
    expect(workflow.concurrency.group).toBeTruthy();
    for (const job of jobsOf(workflow)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test("knows no secret but the run's own token, and leaves none in a clone", () => {
    expect(text).not.toMatch(/secrets\.|aws-access-key|AWS_SECRET/);
    for (const { uses = '', with: given } of stepsOf(workflow)) {
      if (uses.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
    }
  });

  test("runs nothing of others with the repository's rights", () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
    for (const { run = '' } of stepsOf(workflow)) expect(run).not.toContain('${{');
  });
});

test('what may be written is one thing in each workflow', () => {
  const written = [...workflows].map(([name, { workflow }]) => [
    name,
    jobsOf(workflow).flatMap(({ permissions }) =>
      Object.keys(permissions).filter((one) => permissions[one] === 'write'),
    ),
  ]);
  expect(Object.fromEntries(written)).toEqual({
    'deliver.yml': ['deployments', 'id-token'],
    'deployments.yml': ['deployments', 'id-token'],
    'drift.yml': ['issues', 'id-token'],
    'pull-request.yml': ['pull-requests'],
  });
});

test('a push to the delivered branch starts the pipeline, once the checks have passed', () => {
  const { on, jobs } = workflows.get('deliver.yml')!.workflow;
  expect(on).toEqual({ push: { branches: [readConfiguration().branch] } });
  expect(jobs.deliver).toMatchObject({ needs: 'check' });
});

test('each delivery keeps its SBOMs', () => {
  const steps = workflows.get('deliver.yml')!.workflow.jobs.check!.steps;
  const made = steps.findIndex(({ run }) => run === 'npm run --silent sbom');
  const kept = steps.findIndex(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
  expect(kept).toBeGreaterThan(made);
  expect(steps[kept]!.with).toMatchObject({ path: 'build/sbom', 'if-no-files-found': 'error' });
});

test("a pull request's dependencies are reviewed, with nothing but reading", () => {
  const { steps, permissions } = workflows.get('pull-request.yml')!.workflow.jobs.dependencies!;
  expect(permissions).toEqual({ contents: 'read' });
  expect(steps[0]!.uses).toMatch(/^actions\/dependency-review-action@/);
  expect(steps[0]!.with).toMatchObject({ 'fail-on-severity': 'high' });
});

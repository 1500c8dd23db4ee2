import {
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AppSpec } from '../../promotion/decisions/app-spec';
import { release } from '../../promotion/release';
import { api, fraud, green, liveApi, liveFraud, mockCloud, revisionOf, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => {
  cloud = mockCloud();
  cloud.service('fraud-detection', liveFraud(fraud.new));
});
afterEach(() => cloud.restore());

test('the first deployment needs no release and says so', async () => {
  cloud.service('payment-api', liveApi(api.new));
  const run = work();
  expect(await release(run)).toBe(true);
  expect(run.lines).toEqual([
    'fraud-detection: runs fraud-detection-dev:8, rolled by ECS with the deploy.',
    'payment-api: nothing to release, payment-api-dev:2 is the deployed revision and ECS itself started the first revision.',
  ]);
  expect(cloud.sent('codeDeploy', 'CreateDeployment')).toEqual([]);
});

test('an unchanged revision needs no deployment', async () => {
  cloud.service('payment-api', liveApi(api.new));
  cloud.codeDeploy.on(ListDeploymentsCommand, { includeOnlyStatuses: undefined }).resolves({ deployments: ['d-1'] });
  const run = work();
  expect(await release(run)).toBe(true);
  expect(run.lines[1]).toBe(
    'payment-api: nothing to release, payment-api-dev:2 is the deployed revision and it serves already.',
  );
});

test('a new revision is started beside the old one and held', async () => {
  cloud.service('payment-api', liveApi(api.old), liveApi(api.old), liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  cloud.deployment(
    'd-1',
    { status: 'Created' },
    { status: 'InProgress' },
    { status: 'InProgress' },
    { status: 'Ready' },
  );
  const run = work();
  expect(await release(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'CreateDeployment')).toEqual([
    {
      applicationName: 'payment-dev',
      deploymentGroupName: 'payment-api-dg-dev',
      revision: new AppSpec(api.new, { name: 'payment-api', port: 8080 }, liveApi(api.old)).revision,
      description: 'payment-api-dev:2 of commit c0ffee',
    },
  ]);
  expect(run.lines.slice(1, 5)).toEqual([
    'payment-api: deployment d-1 releases payment-api-dev:2.',
    'payment-api: Created',
    'payment-api: InProgress, 1 of 2 new tasks run',
    'payment-api: Ready, 1 of 2 new tasks run',
  ]);
  expect(run.text()).toContain('payment-api-dev:2 is healthy and held; only the test listener reaches it.');
});

test('a retry continues with the deployment that the first try started', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.inFlight('d-1', { status: 'Ready', revision: revisionOf(api.new) });
  const run = work({ commit: undefined });
  expect(await release(run)).toBe(true);
  expect(run.text()).toContain('deployment d-1 releases payment-api-dev:2, started before.');
  expect(cloud.sent('codeDeploy', 'CreateDeployment')).toEqual([]);
});

test('ours that has shifted meanwhile serves', async () => {
  cloud.service('payment-api', {
    taskSets: [{ status: 'PRIMARY', taskDefinition: api.old }, { taskDefinition: api.new }],
  });
  cloud.inFlight('d-1', { status: 'InProgress', revision: revisionOf(api.new) }, { status: 'Succeeded' });
  const run = work();
  expect(await release(run)).toBe(true);
  expect(run.text()).toContain('payment-api-dev:2 serves already.');
});

test('a person may release without a commit', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  cloud.deployment('d-1', { status: 'Ready' });
  expect(await release(work({ commit: undefined }))).toBe(true);
  expect(cloud.sent('codeDeploy', 'CreateDeployment')).toMatchObject([{ description: 'payment-api-dev:2' }]);
});

test("somebody else's deployment is waited for", async () => {
  cloud.service('payment-api', liveApi(api.old), liveApi(api.new));
  cloud.codeDeploy
    .on(ListDeploymentsCommand)
    .resolvesOnce({ deployments: ['d-9'] })
    .resolves({});
  cloud.deployment('d-9', { status: 'InProgress' });
  const run = work();
  expect(await release(run)).toBe(true);
  expect(run.lines[1]).toBe('payment-api: deployment d-9 of another revision is InProgress; waiting for its end.');
});

test("somebody else's deployment that does not end fails with its id, and is left alone", async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-9', { status: 'Ready', revision: revisionOf(api.old) });
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.lines[2]).toBe(
    'payment-api: not released. Deployment d-9 of another revision is still in flight after 30 s, and a group runs one at a time. ' +
      'Let it end or stop it (aws deploy stop-deployment --deployment-id d-9 --auto-rollback-enabled), then retry this step.',
  );
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([]);
});

test('a failing look is not taken for a long wait', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.codeDeploy.on(ListDeploymentsCommand).rejects(new Error('not allowed'));
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.lines[1]).toBe('payment-api: not released. not allowed');
});

test('a failed deployment tells why, after its rollback ended', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  const failed: DeploymentInfo = {
    status: 'Failed',
    errorInformation: { code: 'HEALTH_CONSTRAINTS', message: 'too few healthy' },
    rollbackInfo: { rollbackDeploymentId: 'd-2' },
  };
  cloud.deployment('d-1', failed);
  cloud.deployment('d-2', { status: 'InProgress' }, { status: 'Succeeded' });
  cloud.ecs.on(ListTasksCommand).resolves({ taskArns: ['arn:task/c/t1'] });
  cloud.ecs.on(DescribeTasksCommand).resolves({
    tasks: [
      {
        taskArn: 'arn:task/c/t1',
        taskDefinitionArn: api.new,
        stoppedReason: 'Essential container in task exited',
        containers: [
          { name: 'payment-api', exitCode: 1 },
          { name: 'sidecar', exitCode: 0 },
          { name: 'init', reason: 'no memory' },
        ],
      },
      { taskArn: 'arn:task/c/t0', taskDefinitionArn: api.old },
    ],
  });
  cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand, { TargetGroupArn: green }).resolves({
    TargetHealthDescriptions: [
      { Target: { Id: '10.0.10.5', Port: 8080 }, TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout' } },
      { Target: { Id: '10.0.10.6', Port: 8080 }, TargetHealth: { State: 'unhealthy' } },
      { Target: { Id: '10.0.10.7', Port: 8080 }, TargetHealth: { State: 'healthy' } },
    ],
  });
  cloud.stopEndsGreen();
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.text()).toContain(`payment-api: not released. Deployment d-1 ended Failed.
  CodeDeploy: HEALTH_CONSTRAINTS: too few healthy
  task t1 stopped: Essential container in task exited; container payment-api: exit code 1; container init: no memory
  target 10.0.10.5:8080 is unhealthy: Target.Timeout
  target 10.0.10.6:8080 is unhealthy: no reason given`);
  expect(cloud.sent('codeDeploy', 'GetDeployment').at(-1)).toEqual({ deploymentId: 'd-2' });
  expect(run.text()).toContain('Deployment d-1 is stopped; the revision before it serves.');
});

test('a revision that never becomes healthy is stopped at the limit', async () => {
  cloud.service('payment-api', {
    ...liveApi(api.old),
    taskSets: [{ status: 'PRIMARY', taskDefinition: api.old }, { taskDefinition: api.new }],
  });
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  const pending = Array.from({ length: 13 }, () => ({ status: 'InProgress' }) as DeploymentInfo);
  cloud.deployment('d-1', ...pending, { status: 'Stopped' });
  cloud.ecs.on(ListTasksCommand).resolves({});
  cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand).resolves({});
  cloud.stopEndsGreen();
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.text()).toContain('not released. waited 60 s for payment-api-dev:2 to become healthy');
  expect(run.text()).toContain('InProgress, 0 of 0 new tasks run');
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([{ deploymentId: 'd-1', autoRollbackEnabled: true }]);
});

test('a revision whose tasks keep failing is given up early; tasks of others do not count', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  const pending = Array.from({ length: 5 }, () => ({ status: 'InProgress' }) as DeploymentInfo);
  cloud.deployment('d-1', ...pending, { status: 'Stopped' });
  cloud.ecs.on(ListTasksCommand, { desiredStatus: 'STOPPED' }).resolves({ taskArns: ['stopped'] });
  cloud.ecs.on(ListTasksCommand, { desiredStatus: 'RUNNING' }).resolves({ taskArns: ['running'] });
  const failed = (taskDefinitionArn: string) => ({
    ...{
      taskArn: 'arn:task/c/t1',
      taskDefinitionArn,
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited' as const,
    },
  });
  cloud.ecs
    .on(DescribeTasksCommand, { tasks: ['stopped'] })
    .resolves({ tasks: [api.new, api.new, api.new, api.old].map(failed) });
  cloud.ecs
    .on(DescribeTasksCommand, { tasks: ['running'] })
    .resolves({ tasks: [{ ...failed(api.old), lastStatus: 'RUNNING' }] });
  cloud.stopEndsGreen();
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.text()).toContain('payment-api: not released. 3 tasks failed, none is healthy\n  task t1 stopped');
  expect(run.pace.now()).toBe(1020);
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([{ deploymentId: 'd-1', autoRollbackEnabled: true }]);
});

test('a revision with a healthy target is waited for, whatever else fails', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  const pending = Array.from({ length: 8 }, () => ({ status: 'InProgress' }) as DeploymentInfo);
  cloud.deployment('d-1', ...pending, { status: 'Ready' });
  cloud.ecs.on(ListTasksCommand, { desiredStatus: 'STOPPED' }).resolves({ taskArns: ['stopped'] });
  const failed = {
    taskDefinitionArn: api.new,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited' as const,
  };
  cloud.ecs.on(DescribeTasksCommand).resolves({ tasks: [failed, failed, failed] });
  cloud.elasticLoadBalancing
    .on(DescribeTargetHealthCommand, { TargetGroupArn: green })
    .resolves({ TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] });
  const run = work();
  expect(await release(run)).toBe(true);
  expect(run.text()).toContain('payment-api-dev:2 is healthy and held');
});

test('a stopped deployment whose tasks do not end is told, and rolling services are put back all the same', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({ deploymentId: 'd-1' });
  cloud.deployment('d-1', { status: 'Failed' });
  cloud.ecs.on(ListTasksCommand).resolves({});
  cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand).resolves({});
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.text()).toContain(
    "deployment d-1 is not taken back. Production is back, but waited 30 s for the stopped revision's tasks to end",
  );
  expect(run.text()).toContain('fraud-detection: no revision was promoted yet');
});

test('a deployment without an id, and one that is unknown, are errors', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.codeDeploy.on(CreateDeploymentCommand).resolves({});
  const run = work();
  expect(await release(run)).toBe(false);
  expect(run.text()).toContain('CodeDeploy gave no id for the deployment of payment-api');
  cloud.codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: ['d-7'] });
  cloud.codeDeploy.on(GetDeploymentCommand).resolves({});
  const again = work();
  expect(await release(again)).toBe(false);
  expect(again.text()).toContain('CodeDeploy tells nothing about deployment d-7');
});

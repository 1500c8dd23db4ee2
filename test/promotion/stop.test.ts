import { DeploymentAlreadyCompletedException, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { stop } from '../../promotion/stop';
import { api, fraud, liveApi, liveFraud, mockCloud, revisionOf, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => {
  cloud = mockCloud();
  cloud.service('fraud-detection', liveFraud(fraud.new));
});
afterEach(() => cloud.restore());

test('with nothing in flight and nothing promoted there is nothing to go back to', async () => {
  cloud.service('payment-api', liveApi(api.new));
  const run = work();
  expect(await stop(run)).toBe(true);
  expect(run.lines).toEqual([
    'payment-api: no deployment is in flight; payment-api-dev:2 serves.',
    'fraud-detection: no revision was promoted yet, so there is nothing to go back to; fraud-detection-dev:8 stays.',
  ]);
});

test('where nothing serves, that is told', async () => {
  cloud.service('payment-api', { taskSets: [] });
  const run = work();
  expect(await stop(run)).toBe(true);
  expect(run.lines[0]).toBe('payment-api: no deployment is in flight; nothing serves.');
});

test('a held deployment is stopped, and its rollback and its tasks are waited for', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new), liveApi(api.old));
  cloud.inFlight(
    'd-1',
    { status: 'Ready', revision: revisionOf(api.new), description: 'payment-api-dev:2 of commit c0ffee' },
    { status: 'Ready' },
    { status: 'Stopped', rollbackInfo: { rollbackDeploymentId: 'd-2' } },
  );
  cloud.deployment('d-2', { status: 'InProgress' }, { status: 'Succeeded' });
  cloud.ssm.on(GetParameterCommand).resolves({ Parameter: { Value: fraud.new } });
  const run = work();
  expect(await stop(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([{ deploymentId: 'd-1', autoRollbackEnabled: true }]);
  expect(run.lines).toEqual([
    'payment-api: stopping deployment d-1 (payment-api-dev:2 of commit c0ffee).',
    'payment-api: deployment d-1 is rolled back; payment-api-dev:1 serves.',
    'fraud-detection: runs fraud-detection-dev:8, which was promoted; nothing to put back.',
  ]);
});

test('a deployment that ended meanwhile is as good as stopped', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-1', { status: 'Ready' }, { status: 'Stopped' });
  const ended = new DeploymentAlreadyCompletedException({ message: 'ended', $metadata: {} });
  cloud.codeDeploy.on(StopDeploymentCommand).rejects(ended);
  const run = work();
  expect(await stop(run)).toBe(true);
  expect(run.lines[0]).toBe('payment-api: stopping deployment d-1 (Ready).');
});

test('a rollback is not stopped but waited for', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-2', { status: 'InProgress', creator: 'codeDeployRollback' }, { status: 'Succeeded' });
  const run = work();
  expect(await stop(run)).toBe(true);
  expect(run.lines[0]).toBe('payment-api: deployment d-2 is rolling back already; waiting for its end.');
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([]);
});

test('what could not be stopped is told, and the rest is still put back', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-1', { status: 'Ready' });
  cloud.codeDeploy.on(StopDeploymentCommand).rejects(new Error('not allowed'));
  const run = work();
  expect(await stop(run)).toBe(false);
  expect(run.lines).toHaveLength(3);
  expect(run.lines[1]).toBe('payment-api: not stopped. not allowed');
});

test('new tasks that do not end are told', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.inFlight('d-1', { status: 'Ready' }, { status: 'Stopped' });
  const run = work();
  expect(await stop(run)).toBe(false);
  expect(run.text()).toContain("Production is back, but waited 30 s for the stopped revision's tasks to end.");
});

test('a service that tells no task sets has not gone back yet', async () => {
  cloud.service('payment-api', {});
  cloud.inFlight('d-1', { status: 'Ready' }, { status: 'Stopped' });
  const run = work();
  expect(await stop(run)).toBe(false);
  expect(run.lines[1]).toBe(
    "payment-api: not stopped. Production is back, but waited 30 s for the stopped revision's tasks to end. " +
      "See 'aws ecs describe-services' of payment-api-dev.",
  );
});

test('a failing look at the tasks is told as such', async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-1', { status: 'Ready' }, { status: 'Stopped' });
  cloud.ecs.on(DescribeServicesCommand, { services: ['payment-api-dev'] }).resolves({ services: [] });
  const run = work();
  expect(await stop(run)).toBe(false);
  expect(run.lines[1]).toBe(
    'payment-api: not stopped. Cluster payment-cluster-dev has no service payment-api-dev: was its stack deployed?',
  );
});

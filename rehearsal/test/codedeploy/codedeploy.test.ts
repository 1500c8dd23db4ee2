import { createHash } from 'node:crypto';
import { request } from 'node:https';
import type { ServiceModule } from '../../cloud/module';
import { applicationAutoScaling } from '../../cloud/services/application-auto-scaling';
import { cloudwatch } from '../../cloud/services/cloudwatch';
import { codeDeploy } from '../../cloud/services/codedeploy';
import { accessLog, forwardWeights, listenerAddress } from '../../cloud/services/elastic-load-balancing-v2';
import type { Values } from '../../cloud/state';
import { Fixture, until } from '../ecs/fixture';
import { blueGreenService, type Routes } from './blue-green-service';

jest.mock('../../cloud/runtime/images', () => require('../ecs/images-stub'));
jest.setTimeout(30_000);

const group = { applicationName: 'pay', deploymentGroupName: 'api-dg' };
let f: Fixture;
let deploy: ReturnType<Fixture['handlers']>;
let listeners: Routes['listeners'];
let targetGroups: Routes['targetGroups'];

beforeAll(async () => {
  f = await new Fixture().start([codeDeploy, applicationAutoScaling, cloudwatch] as ServiceModule[]);
  deploy = f.handlers(codeDeploy);
  ({ listeners, targetGroups } = await blueGreenService(f));
});
afterAll(() => f.end());

function revision(TaskDefinition: string, more: Values = {}) {
  const Properties = { TaskDefinition, LoadBalancerInfo: { ContainerName: 'api', ContainerPort: 8080 }, ...more };
  const content = JSON.stringify({
    version: 0,
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }],
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } };
}

async function create(image: string, more?: Values): Promise<string> {
  const taskDefinition = await f.taskDefinition(image);
  return (await deploy.CreateDeployment!({ ...group, revision: revision(taskDefinition, more) })).deploymentId;
}
const info = async (deploymentId: string) => (await deploy.GetDeployment!({ deploymentId })).deploymentInfo;
const reaches = (id: string, status: string) => until(async () => (await info(id)).status === status, 15_000);

/** What a client of the listener gets. */
function get(listenerArn: string): Promise<{ status: number; body: string }> {
  const [host, port] = listenerAddress(f.env, listenerArn)!
    .replace(/^https?:\/\//, '')
    .split(':');
  return new Promise((done, fail) => {
    request({ host, port, path: '/', rejectUnauthorized: false, agent: false }, (r) => {
      let body = '';
      r.on('data', (d) => (body += d)).on('end', () => done({ status: r.statusCode!, body }));
    })
      .on('error', fail)
      .end();
  });
}
const weights = (listenerArn: string) => forwardWeights(f.env, listenerArn)[0]!.weights;

test('scaling brings a new service to its minimum at once', async () => {
  await f.make('AWS::ApplicationAutoScaling::ScalableTarget', 'Target', {
    ...{ ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: 'service/main/api' },
    ...{ MinCapacity: 2, MaxCapacity: 3 },
  });
  await until(async () => (await f.describe()).runningCount === 2);
  const scaling = f.handlers(applicationAutoScaling);
  const { ScalableTargets } = await scaling.DescribeScalableTargets!({ ServiceNamespace: 'ecs' });
  expect(ScalableTargets).toMatchObject([{ ResourceId: 'service/main/api', MinCapacity: 2, MaxCapacity: 3 }]);
});

test('suspended scaling is told until it is resumed; what is not given stays', async () => {
  const scaling = f.handlers(applicationAutoScaling);
  const one = {
    ...{ ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: 'service/main/api' },
  };
  const after = async (SuspendedState?: Values, more: Values = {}) => {
    await scaling.RegisterScalableTarget!({ ...one, ...more, SuspendedState });
    return (await scaling.DescribeScalableTargets!({ ServiceNamespace: 'ecs' })).ScalableTargets;
  };
  const others = { DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };
  const suspended = { SuspendedState: { DynamicScalingInSuspended: true, ...others } };
  const range = { MinCapacity: 2, MaxCapacity: 3 };
  expect(await after({ DynamicScalingInSuspended: true })).toMatchObject([{ ...range, ...suspended }]);
  expect(await after(undefined, range)).toMatchObject([{ ...range, ...suspended }]);
  const resumed = { SuspendedState: { DynamicScalingInSuspended: false, ...others } };
  expect(await after({ DynamicScalingInSuspended: false, ...others })).toMatchObject([{ ...range, ...resumed }]);
});

test('green is held: production answers blue, the test listener green; a second deployment is refused', async () => {
  f.image('v2', 200);
  const id = await create('v2');
  await expect(create('v2')).rejects.toMatchObject({
    code: 'DeploymentLimitExceededException',
    message: `The Deployment Group 'api-dg' already has an active Deployment '${id}'`,
  });
  await reaches(id, 'Ready');
  expect([await get(listeners.production), await get(listeners.test)]).toEqual([
    { status: 200, body: 'good' },
    { status: 200, body: 'v2' },
  ]);
  expect((await f.describe()).taskSets).toMatchObject([
    { status: 'PRIMARY', runningCount: 2, stabilityStatus: 'STEADY_STATE' },
    { status: 'ACTIVE', runningCount: 2, externalId: id, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
  ]);
  // Nothing was said of the network either: green is where blue is.
  const [blue, green] = (await f.describe()).taskSets;
  expect(blue.networkConfiguration.awsvpcConfiguration.subnets.length).toBeGreaterThan(0);
  expect(green.networkConfiguration).toEqual(blue.networkConfiguration);
  const { deploymentTarget } = await deploy.GetDeploymentTarget!({ deploymentId: id, targetId: 'main:api' });
  expect(deploymentTarget.ecsTarget.lifecycleEvents.map((e: any) => e.status)).toEqual([
    ...Array(5).fill('Succeeded'),
    ...Array(3).fill('Pending'),
  ]);
  expect((await deploy.ListDeployments!({ ...group, includeOnlyStatuses: ['Ready'] })).deployments).toEqual([id]);
});

test('continued, traffic moves in steps without a failed request, blue ends, and both groups stay on the rules', async () => {
  const [id] = (await deploy.ListDeployments!(group)).deployments;
  const seen = new Set<number>();
  const failures: unknown[] = [];
  let running = true;
  const client = (async () => {
    while (running) {
      const { status } = await get(listeners.production).catch((e) => ({ status: e.code }));
      if (status !== 200) failures.push(status);
      seen.add(weights(listeners.production)[targetGroups.green]!);
    }
  })();
  await deploy.ContinueDeployment!({ deploymentId: id, deploymentWaitType: 'READY_WAIT' });
  await reaches(id, 'Succeeded');
  running = false;
  await client;
  expect(failures).toEqual([]);
  expect([...seen]).toEqual(expect.arrayContaining([10, 50, 100]));
  expect(weights(listeners.production)).toEqual({ [targetGroups.blue]: 0, [targetGroups.green]: 100 });
  expect(weights(listeners.test)).toEqual({ [targetGroups.blue]: 0, [targetGroups.green]: 100 });
  expect((await f.describe()).taskSets).toMatchObject([{ status: 'PRIMARY', externalId: id, runningCount: 2 }]);
  expect((await get(listeners.production)).body).toBe('v2');
});

test('stopped while held, green goes, production never saw it, and a rollback is told', async () => {
  f.image('v3', 200);
  const before = accessLog(f.env).length;
  const id = await create('v3', {
    CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Base: 0, Weight: 1 }],
  });
  await reaches(id, 'Ready');
  expect((await f.describe()).taskSets[1].capacityProviderStrategy).toEqual([
    { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 },
  ]);
  expect((await get(listeners.test)).body).toBe('v3');
  await deploy.StopDeployment!({ deploymentId: id, autoRollbackEnabled: true });
  await reaches(id, 'Stopped');
  const { rollbackInfo } = await info(id);
  await reaches(rollbackInfo.rollbackDeploymentId, 'Succeeded');
  expect(await info(rollbackInfo.rollbackDeploymentId)).toMatchObject({
    creator: 'codeDeployRollback',
    rollbackInfo: { rollbackTriggeringDeploymentId: id },
  });
  expect((await f.describe()).taskSets).toMatchObject([{ status: 'PRIMARY' }]);
  expect([(await get(listeners.production)).body, (await get(listeners.test)).body]).toEqual(['v2', 'v2']);
  // The groups have changed places: this deployment's green is the first one's blue.
  const toGreen = accessLog(f.env).slice(before);
  expect(toGreen.filter((e) => e.targetGroupArn === targetGroups.blue).map((e) => e.listenerPort)).toEqual([9443]);
  await expect(deploy.StopDeployment!({ deploymentId: id })).rejects.toMatchObject({
    code: 'DeploymentAlreadyCompletedException',
  });
});

test('a green that never gets healthy fails with the reason and goes back to blue', async () => {
  const id = await create('bad');
  await reaches(id, 'Failed');
  expect((await info(id)).errorInformation).toEqual({
    code: 'TIMEOUT',
    message:
      'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
  });
  const { rollbackInfo } = await info(id);
  await reaches(rollbackInfo.rollbackDeploymentId, 'Succeeded');
  expect((await get(listeners.production)).body).toBe('v2');
});

test('an alarm of the group stops a held deployment and takes it back; one that lasts stops the next at its start', async () => {
  const alarms = f.handlers(cloudwatch);
  const set = (StateValue: string) =>
    alarms.SetAlarmState!({ AlarmName: 'api-errors', StateValue, StateReason: 'a test' });
  const stopped = async (id: string) => {
    await reaches(id, 'Stopped');
    const { errorInformation, rollbackInfo } = await info(id);
    expect(errorInformation).toMatchObject({ code: 'ALARM_ACTIVE', message: expect.stringContaining('<api-errors>') });
    await reaches(rollbackInfo.rollbackDeploymentId, 'Succeeded');
    expect(rollbackInfo.rollbackMessage).toBe(`Deployment ${id} was rolled back because an alarm was active.`);
    expect((await f.describe()).taskSets).toMatchObject([{ status: 'PRIMARY', runningCount: 2 }]);
  };
  const held = await create('v3');
  await reaches(held, 'Ready');
  await set('ALARM');
  await stopped(held);
  await stopped(await create('v3'));
  await set('OK');
  expect((await get(listeners.production)).body).toBe('v2');
});

test('tasks that are taken away while traffic shifts fail the deployment, and blue serves on; added ones do not', async () => {
  const shifted = async (from: number, to: number) => {
    await f.api.UpdateService!({ cluster: 'main', service: 'api', desiredCount: from });
    await until(async () => (await f.describe()).runningCount === from);
    const id = await create('v3');
    await reaches(id, 'Ready');
    await deploy.ContinueDeployment!({ deploymentId: id, deploymentWaitType: 'READY_WAIT' });
    await until(() => Math.min(...Object.values(weights(listeners.production))) > 0);
    await f.api.UpdateService!({ cluster: 'main', service: 'api', desiredCount: to });
    await until(async () => !['Ready', 'InProgress'].includes((await info(id)).status), 15_000);
    return info(id);
  };
  const { status, errorInformation, rollbackInfo } = await shifted(3, 2);
  expect([status, errorInformation.message]).toEqual([
    'Failed',
    'The task set of api was scaled in while traffic shifted.',
  ]);
  await reaches(rollbackInfo.rollbackDeploymentId, 'Succeeded');
  expect((await get(listeners.production)).body).toBe('v2');
  expect((await shifted(2, 3)).status).toBe('Succeeded');
  expect((await get(listeners.production)).body).toBe('v3');
});

test('a revision that was deregistered since fails the deployment with ECS’s reason', async () => {
  const taskDefinition = await f.taskDefinition('v3');
  await f.api.DeregisterTaskDefinition!({ taskDefinition });
  const { deploymentId } = await deploy.CreateDeployment!({ ...group, revision: revision(taskDefinition) });
  await reaches(deploymentId, 'Failed');
  expect((await info(deploymentId)).errorInformation.message).toBe('TaskDefinition is inactive');
  expect((await get(listeners.production)).body).toBe('v3');
});

test('a held deployment that nobody continues in time is stopped and goes back', async () => {
  const { properties } = f.env.list('AWS::CodeDeploy::DeploymentGroup')[0]!;
  const { DeploymentReadyOption } = properties.BlueGreenDeploymentConfiguration;
  DeploymentReadyOption.WaitTimeInMinutes = 0.2;
  const id = await create('v2');
  await reaches(id, 'Stopped');
  DeploymentReadyOption.WaitTimeInMinutes = 60;
  const { errorInformation, rollbackInfo } = await info(id);
  expect(errorInformation.code).toBe('TIMEOUT');
  await reaches(rollbackInfo.rollbackDeploymentId, 'Succeeded');
  expect((await get(listeners.production)).body).toBe('v3');
});

test('what is wrong with a request is said', async () => {
  const fails = (input: object) => deploy.CreateDeployment!({ ...group, ...input });
  await expect(fails({ applicationName: 'x' })).rejects.toThrow('No application found for name: x');
  await expect(fails({ deploymentGroupName: 'x' })).rejects.toThrow('No Deployment Group found for name: x');
  const broken = { revisionType: 'AppSpecContent', appSpecContent: { content: '{"version":0}' } };
  await expect(fails({ revision: broken })).rejects.toMatchObject({ code: 'InvalidRevisionException' });
  await expect(deploy.ContinueDeployment!({ deploymentId: 'd-X' })).rejects.toThrow(
    'The deployment d-X could not be found',
  );
});

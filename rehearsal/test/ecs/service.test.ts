import { streamsOf } from '../../cloud/services/logs/store';
import { Fixture, until } from './fixture';

jest.mock('../../cloud/runtime/images', () => require('./images-stub'));
jest.setTimeout(20_000);

const breaker = {
  DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
};
let f: Fixture;
beforeEach(async () => {
  f = await new Fixture().start();
});
afterEach(() => f.end());

test('a service gets to a steady state, spread over zones and providers, and ends with its draining said', async () => {
  const revision = await f.taskDefinition('good');
  const strategy = [
    { CapacityProvider: 'FARGATE', Base: 1, Weight: 1 },
    { CapacityProvider: 'FARGATE_SPOT', Base: 0, Weight: 4 },
  ];
  const resource = await f.make(
    'AWS::ECS::Service',
    'Service',
    f.serviceProperties('api', { CapacityProviderStrategy: strategy, ...breaker }),
  );
  const service = await f.describe();
  expect(service).toMatchObject({ status: 'ACTIVE', runningCount: 2, pendingCount: 0, taskDefinition: revision });
  expect(service.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
  expect(service.events.map((e: any) => e.message)).toContain('(service api) has reached a steady state.');

  const { taskArns } = await f.api.ListTasks!({ cluster: 'main', serviceName: 'api' });
  const { tasks } = await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns });
  expect(tasks.map((t: any) => t.availabilityZone).sort()).toEqual(['us-east-1a', 'us-east-1b']);
  expect(tasks.map((t: any) => t.capacityProviderName).sort()).toEqual(['FARGATE', 'FARGATE_SPOT']);
  expect(tasks[0]).toMatchObject({
    lastStatus: 'RUNNING',
    healthStatus: 'HEALTHY',
    startedBy: service.deployments[0].id,
  });
  const streams = () => [...streamsOf(f.env, '/ecs/api').values()];
  const id = taskArns[0].split('/').pop();
  expect(
    streams()
      .find((s) => s.name === `ecs/api/${id}`)!
      .events.map((e) => e.message),
  ).toEqual(['listening good']);

  await f.cloud.resourceTypes.get('AWS::ECS::Service')!.deleted!(resource, f.env);
  expect((await f.describe()).status).toBe('INACTIVE');
  expect(streams()[0]!.events.map((e) => e.message)).toEqual(['listening good', 'draining']);
  const stopped = await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns });
  expect(stopped.tasks[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
  expect(stopped.tasks[0].containers[0].exitCode).toBe(0);
});

test('a revision that does not get healthy is given up by the circuit breaker, and a former one comes back', async () => {
  const good = await f.taskDefinition('good');
  const resource = await f.make('AWS::ECS::Service', 'Service', f.serviceProperties(good, breaker));
  const bad = await f.taskDefinition('missing-image');
  await f.api.UpdateService!({ cluster: 'main', service: 'api', taskDefinition: bad });
  await until(async () => {
    const { deployments } = await f.describe();
    return (
      deployments.length === 1 && deployments[0].taskDefinition === good && deployments[0].rolloutState === 'COMPLETED'
    );
  });
  const messages = (await f.describe()).events.map((e: any) => e.message).join('\n');
  expect(messages).toMatch(/\(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\./);
  expect(messages).toMatch(/rolling back to deployment ecs-svc\/\d+\./);
  const { taskArns } = await f.api.ListTasks!({ cluster: 'main', desiredStatus: 'STOPPED' });
  const { tasks } = await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns });
  const failed = tasks.find((t: any) => t.taskDefinitionArn === bad);
  expect(failed.stopCode).toBe('TaskFailedToStart');
  expect(failed.stoppedReason).toMatch(/^CannotPullContainerError: .*missing-image: not found/);
  expect(resource.id).toBe('arn:aws:ecs:us-east-1:111111111111:service/main/api');
});

test('creation fails when the breaker triggers: unhealthy containers, and a missing log group', async () => {
  const bad = await f.taskDefinition('bad');
  await expect(f.make('AWS::ECS::Service', 'Service', f.serviceProperties(bad, breaker))).rejects.toThrow(
    "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
  );
  expect((await f.describe()).events.some((e: any) => e.message.endsWith('failed container health checks.'))).toBe(
    true,
  );

  const lost = await f.taskDefinition('good', 'lost', {
    LogConfiguration: {
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': '/no/such', 'awslogs-stream-prefix': 'ecs' },
    },
  });
  const other = { ...f.serviceProperties(lost, breaker), ServiceName: 'lost' };
  await expect(f.make('AWS::ECS::Service', 'Lost', other)).rejects.toThrow('Circuit Breaker was triggered');
  const { taskArns } = await f.api.ListTasks!({ cluster: 'main', desiredStatus: 'STOPPED', family: 'lost' });
  const { tasks } = await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns });
  expect(tasks[0].stoppedReason).toMatch(/^ResourceInitializationError: .*log group does not exist/);
});

test('a CODE_DEPLOY service refuses what only CodeDeploy may change, and takes a new count', async () => {
  const revision = await f.taskDefinition('good');
  const properties = f.serviceProperties('api', { DeploymentController: { Type: 'CODE_DEPLOY' } });
  const resource = await f.make('AWS::ECS::Service', 'Service', properties);
  const update = (change: object) => f.api.UpdateService!({ cluster: 'main', service: 'api', ...change });
  const refused = (what: string) =>
    `Unable to update ${what} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`;
  await expect(update({ taskDefinition: revision })).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: refused('task definition'),
  });
  await expect(update({ networkConfiguration: {} })).rejects.toThrow(refused('network parameters'));
  await expect(update({ loadBalancers: [] })).rejects.toThrow(refused('load balancers'));
  await expect(update({ platformVersion: '1.4.0' })).rejects.toThrow(refused('platform version'));
  await expect(update({ forceNewDeployment: true })).rejects.toThrow('Cannot force a new deployment');
  const type = f.cloud.resourceTypes.get('AWS::ECS::Service')!;
  const change = (name: string): any => [{ name, before: 1, after: 2, recreation: 'Never' }];
  expect(() => type.beforeUpdate!(resource, {}, change('DesiredCount'))).toThrow(refused('task definition'));

  await update({ desiredCount: 1 });
  await until(async () => (await f.describe()).runningCount === 1);
  expect((await f.describe()).taskSets).toMatchObject([
    { status: 'PRIMARY', computedDesiredCount: 1, taskDefinition: revision, scale: { value: 100 } },
  ]);
  await expect(f.api.DeleteService!({ cluster: 'main', service: 'api' })).rejects.toThrow('scaled above 0');
});

test('deleting a service while it is created ends its creation with the reason', async () => {
  await f.taskDefinition('bad');
  const properties = f.serviceProperties('api', { DeploymentController: { Type: 'CODE_DEPLOY' } });
  const creation = f.make('AWS::ECS::Service', 'Service', properties);
  const failure = expect(creation).rejects.toThrow(/did not stabilize: it is DRAINING|INACTIVE/);
  await until(async () => (await f.describe())?.events.length > 0);
  await f.api.DeleteService!({ cluster: 'main', service: 'api', force: true });
  await failure;
});

test('revisions of a family count up, and deleting one makes it INACTIVE', async () => {
  const [first, second] = [await f.taskDefinition('good'), await f.taskDefinition('good')];
  expect([first, second].map((arn) => arn.split('/').pop())).toEqual(['api:1', 'api:2']);
  const latest = async () => (await f.api.DescribeTaskDefinition!({ taskDefinition: 'api' })).taskDefinition;
  expect(await latest()).toMatchObject({ taskDefinitionArn: second, status: 'ACTIVE', cpu: '256' });
  await f.cloud.resourceTypes.get('AWS::ECS::TaskDefinition')!.deleted!(
    f.env.get('AWS::ECS::TaskDefinition', second)!,
    f.env,
  );
  expect((await latest()).taskDefinitionArn).toBe(first);
  expect((await f.api.ListTaskDefinitions!({ familyPrefix: 'api', status: 'INACTIVE' })).taskDefinitionArns).toEqual([
    second,
  ]);
  const networkConfiguration = { awsvpcConfiguration: { subnets: f.subnets } };
  const create = (taskDefinition: string) =>
    f.api.CreateService!({
      cluster: 'main',
      serviceName: 'late',
      taskDefinition,
      desiredCount: 1,
      networkConfiguration,
    });
  await expect(create(second)).rejects.toThrow('TaskDefinition is inactive');
  await expect(create('none')).rejects.toThrow('TaskDefinition not found.');
  await expect(f.api.DescribeTaskDefinition!({ taskDefinition: 'none' })).rejects.toThrow(
    'Unable to describe task definition.',
  );
});

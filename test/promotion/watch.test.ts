import { DescribeChangeSetCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { stageNamed } from '../../promotion/stage';
import { watch } from '../../promotion/watch';
import { api, blue, liveApi, mockCloud, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => (cloud = mockCloud()));
afterEach(() => cloud.restore());

const StackName = 'payment-payment-api-dev';
const stack = (StackStatus: string) => ({
  Stacks: [{ StackName, CreationTime: new Date(0), StackStatus: StackStatus as 'CREATE_COMPLETE' }],
});
const missing = Object.assign(new Error('Stack with id x does not exist'), { name: 'ValidationError' });
const stacks = () => cloud.cloudFormation.on(DescribeStacksCommand, { StackName });
const changeSet = (answer: object) => cloud.cloudFormation.on(DescribeChangeSetCommand).resolves(answer);
const executed = { Status: 'CREATE_COMPLETE', ExecutionStatus: 'EXECUTE_COMPLETE' } as const;
const event = (id: string) => ({
  id,
  message: `(service payment-api-dev, taskSet ecs-svc/1) event ${id} in (target-group arn:aws:x:targetgroup/blue/1)`,
});
const task = (changes: Partial<Task>): Task => ({
  taskArn: `arn:task/c/${changes.version ?? 1}`,
  taskDefinitionArn: api.new,
  ...changes,
});
const crashed = (version: number) =>
  task({
    version,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  });

const run = () => {
  const made = work();
  return { made, watching: watch(made, [made.stage.system.services[0]!]) };
};

test('an update is followed to its end, with the events of this deploy only', async () => {
  stacks()
    .resolvesOnce(stack('UPDATE_COMPLETE'))
    .resolvesOnce(stack('UPDATE_IN_PROGRESS'))
    .resolves(stack('UPDATE_COMPLETE'));
  cloud.cloudFormation
    .on(DescribeChangeSetCommand)
    .resolvesOnce({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' })
    .resolvesOnce({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'EXECUTE_IN_PROGRESS' })
    .resolves(executed);
  const later = [event('3'), event('2'), event('1')];
  cloud.service('payment-api', { events: [event('1')] }, { events: later });
  const { made, watching } = run();
  expect(await watching).toBe(true);
  expect(made.lines).toEqual([
    'payment-api: stack payment-payment-api-dev waits for its Deploy action',
    'payment-api: ECS: event 2 in (target-group blue)',
    'payment-api: ECS: event 3 in (target-group blue)',
    'payment-api: stack payment-payment-api-dev is changing',
    'payment-api: stack payment-payment-api-dev is deployed',
  ]);
});

const others = ['fraud-detection', 'transaction-processor', 'notification-service'];
/** A service whose stack is deployed already. */
function settled(name: string) {
  cloud.service(name, {});
  cloud.cloudFormation
    .on(DescribeStacksCommand, { StackName: `payment-${name}-dev` })
    .resolves(stack('UPDATE_COMPLETE'));
}

test('all services of the system are watched side by side; one that has settled is not looked at again', async () => {
  changeSet(executed);
  ['payment-api', ...others].forEach(settled);
  cloud.cloudFormation
    .on(DescribeStacksCommand, { StackName: 'payment-fraud-detection-dev' })
    .resolvesOnce(stack('UPDATE_IN_PROGRESS'))
    .resolves(stack('UPDATE_ROLLBACK_COMPLETE'));
  const made = work({ stage: stageNamed('dev') });
  expect(await watch(made)).toBe(false);
  expect(made.lines.at(-1)).toBe(
    'fraud-detection: stack payment-fraud-detection-dev was not deployed: the stack is UPDATE_ROLLBACK_COMPLETE',
  );
  for (const name of ['payment-api', 'transaction-processor', 'notification-service']) {
    expect(made.lines.filter((line) => line.startsWith(name))).toEqual([
      `${name}: stack payment-${name}-dev is deployed`,
    ]);
  }
});

test('a stack that has no changes is told and has settled', async () => {
  stacks().resolves(stack('UPDATE_COMPLETE'));
  changeSet({ Status: 'FAILED', StatusReason: 'No updates are to be performed.' });
  cloud.service('payment-api', {});
  const { made, watching } = run();
  expect(await watching).toBe(true);
  expect(made.lines).toEqual(['payment-api: stack payment-payment-api-dev has no changes']);
});

test('a stack that does not settle in time is told', async () => {
  stacks().resolves(stack('UPDATE_IN_PROGRESS'));
  changeSet(executed);
  cloud.service('payment-api', {});
  await expect(run().watching).rejects.toThrow(new Error('waited 60 s for the stacks to settle'));
});

test('a stack and a change set that do not exist yet are waited for', async () => {
  stacks().rejectsOnce(missing).resolvesOnce({ Stacks: [] }).resolves(stack('CREATE_COMPLETE'));
  const none = Object.assign(new Error('ChangeSet [x] does not exist'), { name: 'ChangeSetNotFound' });
  cloud.cloudFormation.on(DescribeChangeSetCommand).rejectsOnce(none).resolves(executed);
  cloud.ecs.on(DescribeServicesCommand).resolves({});
  expect(await run().watching).toBe(true);
});

test.each([
  ['not allowed', new Error('not allowed')],
  ['bad name', Object.assign(new Error('bad name'), { name: 'ValidationError' })],
])('a look that fails (%s) is told and fails the watch', async (message, error) => {
  stacks().rejects(error);
  const { made, watching } = run();
  expect(await watching).toBe(false);
  expect(made.lines).toEqual([`payment-api: cannot be watched. ${message}`]);
});

test('a service that cannot be watched leaves the others watched to their end', async () => {
  for (const name of others) settled(name);
  stacks().rejects(new Error('not allowed'));
  cloud.cloudFormation
    .on(DescribeStacksCommand, { StackName: 'payment-fraud-detection-dev' })
    .resolvesOnce(stack('UPDATE_IN_PROGRESS'))
    .resolves(stack('UPDATE_COMPLETE'));
  changeSet(executed);
  const made = work({ stage: stageNamed('dev') });
  expect(await watch(made)).toBe(false);
  expect(made.lines).toContain('payment-api: cannot be watched. not allowed');
  expect(made.lines.at(-1)).toBe('fraud-detection: stack payment-fraud-detection-dev is deployed');
});

describe('a first creation whose tasks keep failing', () => {
  const container = {
    name: 'payment-api',
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: { 'awslogs-group': '/ecs/x', 'awslogs-stream-prefix': 'ecs' },
    },
  };
  beforeEach(() => {
    stacks().resolves(stack('CREATE_IN_PROGRESS'));
    changeSet(executed);
    cloud.service('payment-api', {
      ...liveApi(api.new),
      events: [event('1')],
      loadBalancers: [{ targetGroupArn: blue }, {}],
    });
    cloud.ecs.on(ListTasksCommand, { desiredStatus: 'RUNNING' }).resolves({ taskArns: ['running'] });
    cloud.ecs.on(ListTasksCommand, { desiredStatus: 'STOPPED' }).resolves({ taskArns: ['stopped'] });
    cloud.ecs
      .on(DescribeTasksCommand, { tasks: ['running'] })
      .resolves({ tasks: [task({ version: 9, lastStatus: 'RUNNING', healthStatus: 'UNHEALTHY' })] });
    cloud.ecs.on(DescribeTasksCommand, { tasks: ['stopped'] }).resolves({ tasks: [crashed(1), crashed(2)] });
    cloud.ecs
      .on(DescribeTaskDefinitionCommand, { taskDefinition: api.new })
      .resolves({ taskDefinition: { containerDefinitions: [{ name: 'collector' }, container] } });
    cloud.logs
      .on(GetLogEventsCommand, { logGroupName: '/ecs/x', logStreamName: 'ecs/payment-api/1', limit: 10 })
      .resolves({ events: [{ message: 'no PORT' }, {}] });
  });

  test('is ended early, with the reason', async () => {
    const { made, watching } = run();
    expect(await watching).toBe(false);
    expect(made.pace.now()).toBe(1020);
    expect(made.lines).toEqual([
      'payment-api: ECS: event 1 in (target-group blue)',
      'payment-api: stack payment-payment-api-dev is being created',
      'payment-api: none of its tasks becomes healthy. Ending the first deploy early, because ECS would try on for hours.',
      'payment-api:   task 1 stopped: Essential container in task exited',
      'payment-api:   task 2 stopped: Essential container in task exited',
      'payment-api:   task 9 is unhealthy',
      'payment-api:   last log lines of task 1:',
      'payment-api:     no PORT',
      'payment-api:     ',
      'payment-api: service payment-api-dev is deleted, so that stack payment-payment-api-dev rolls back. Delete the stack before the next try.',
    ]);
    expect(cloud.sent('ecs', 'DeleteService')).toEqual([
      { cluster: 'payment-cluster-dev', service: 'payment-api-dev', force: true },
    ]);
  });

  test.each([
    [
      'no stream',
      () =>
        cloud.logs
          .on(GetLogEventsCommand)
          .rejects(Object.assign(new Error('none'), { name: 'ResourceNotFoundException' })),
    ],
    ['no events', () => cloud.logs.on(GetLogEventsCommand).resolves({})],
    ...[undefined, {}, { containerDefinitions: [] }, { containerDefinitions: [{ name: 'payment-api' }] }].map(
      (taskDefinition): [string, () => unknown] => [
        `no log configuration in ${JSON.stringify(taskDefinition)}`,
        () => cloud.ecs.on(DescribeTaskDefinitionCommand, { taskDefinition: api.new }).resolves({ taskDefinition }),
      ],
    ),
  ])('says that nothing was logged: %s', async (_, given) => {
    cloud.logs.reset();
    given();
    cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: [
        { Target: { Id: '10.0.10.5', Port: 8080 }, TargetHealth: { State: 'unhealthy', Description: 'timed out' } },
      ],
    });
    const { made, watching } = run();
    expect(await watching).toBe(false);
    expect(made.text()).toContain(
      'payment-api:   target 10.0.10.5:8080 is unhealthy: timed out\npayment-api:   task 1 has logged nothing.',
    );
  });

  test('is not ended because logs may not be read', async () => {
    cloud.logs.on(GetLogEventsCommand).rejects(new Error('not allowed'));
    const { made, watching } = run();
    expect(await watching).toBe(false);
    expect(made.lines.at(-1)).toBe('payment-api: cannot be watched. not allowed');
    expect(cloud.sent('ecs', 'DeleteService')).toEqual([]);
  });

  test('is ended while the others go on, and the watch ends with the last of them', async () => {
    for (const name of others) settled(name);
    const fraud = cloud.cloudFormation.on(DescribeStacksCommand, { StackName: 'payment-fraud-detection-dev' });
    Array.from({ length: 9 }, () => fraud.resolvesOnce(stack('UPDATE_IN_PROGRESS')));
    fraud.resolves(stack('UPDATE_COMPLETE'));
    const made = work({ stage: stageNamed('dev') });
    expect(await watch(made)).toBe(false);
    const deleted = made.lines.findIndex((line) => line.includes('service payment-api-dev is deleted'));
    expect(deleted).toBeGreaterThan(0);
    expect(made.lines.slice(deleted + 1)).toEqual(['fraud-detection: stack payment-fraud-detection-dev is deployed']);
    expect(
      made.lines.filter((line) => !/^(payment-api|fraud-detection|\w+-processor|\w+-service): /.test(line)),
    ).toEqual([]);
    expect(cloud.sent('ecs', 'DeleteService')).toHaveLength(1);
  });

  test('goes on as soon as a target is healthy', async () => {
    cloud.elasticLoadBalancing
      .on(DescribeTargetHealthCommand)
      .resolvesOnce({})
      .resolves({ TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] });
    const created = Array.from({ length: 9 }, () => stack('CREATE_IN_PROGRESS'));
    const mock = stacks();
    created.forEach((s) => mock.resolvesOnce(s));
    mock.resolves(stack('CREATE_COMPLETE'));
    expect(await run().watching).toBe(true);
  });
});

test.each([
  ['none', {}, {}],
  ['one', { taskSets: [{ status: 'PRIMARY' }] }, { tasks: [task({ healthStatus: 'HEALTHY' })] }],
])('an internal service counts tasks with a healthy container: %s', async (_, live, tasks) => {
  stacks().resolvesOnce(stack('CREATE_IN_PROGRESS')).resolves(stack('CREATE_COMPLETE'));
  changeSet(executed);
  cloud.service('payment-api', live);
  cloud.ecs.on(ListTasksCommand, { desiredStatus: 'RUNNING' }).resolves({ taskArns: ['running'] });
  cloud.ecs.on(DescribeTasksCommand).resolves(tasks);
  expect(await run().watching).toBe(true);
  expect(cloud.sent('elasticLoadBalancing', 'DescribeTargetHealth')).toEqual([]);
});

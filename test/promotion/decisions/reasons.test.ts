import type { Task } from '@aws-sdk/client-ecs';
import { describeUnhealthy, taskId, whyFailed, whyNotUp, whyStopped } from '../../../promotion/decisions/reasons';
import { api } from './revisions';

const task = (id: string, changes: Partial<Task> = {}): Task => ({
  taskArn: `arn:task/cluster/${id}`,
  taskDefinitionArn: api.new,
  lastStatus: 'STOPPED',
  stoppedReason: 'Essential container in task exited',
  ...changes,
});

test("a task's id is the last part of its ARN", () => expect(taskId(task('t1'))).toBe('t1'));

describe('why a task stopped', () => {
  test.each<[string, Partial<Task>, string]>([
    ['its own reason', {}, 'task t1 stopped: Essential container in task exited'],
    ['no reason', { stoppedReason: undefined }, 'task t1 stopped: no reason given'],
    [
      'its containers',
      {
        containers: [
          { name: 'api', exitCode: 137, reason: 'OutOfMemoryError' },
          { name: 'sidecar', exitCode: 0 },
          { name: 'init', reason: 'no memory' },
          { name: 'waits' },
          { name: 'crashed', exitCode: 1 },
          { name: 'done', exitCode: 0, reason: 'told so' },
        ],
      },
      'task t1 stopped: Essential container in task exited; container api: exit code 137, OutOfMemoryError; ' +
        'container init: no memory; container crashed: exit code 1; container done: exit code 0, told so',
    ],
  ])('%s', (_, changes, expected) => expect(whyStopped(task('t1', changes))).toBe(expected));
});

test('of tasks that failed three are told: stopped ones with their reason, the others as unhealthy', () => {
  const failed = [task('t1'), task('t2', { lastStatus: 'RUNNING' }), task('t3'), task('t4')];
  expect(whyFailed(failed)).toEqual([
    'task t1 stopped: Essential container in task exited',
    'task t2 is unhealthy',
    'task t3 stopped: Essential container in task exited',
  ]);
});

test('targets that are unhealthy are told with what the load balancer says', () => {
  const target = (Id: string, TargetHealth: object | undefined) => ({ Target: { Id, Port: 8080 }, TargetHealth });
  expect(
    describeUnhealthy([
      target('10.0.10.5', { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' }),
      target('10.0.10.6', { State: 'unhealthy', Description: 'Request timed out' }),
      target('10.0.10.7', { State: 'unhealthy' }),
      target('10.0.10.8', { State: 'healthy', Reason: 'none' }),
      target('10.0.10.9', undefined),
      { TargetHealth: { State: 'unhealthy' } },
    ]),
  ).toEqual([
    'target 10.0.10.5:8080 is unhealthy: Target.Timeout, Request timed out',
    'target 10.0.10.6:8080 is unhealthy: Request timed out',
    'target 10.0.10.7:8080 is unhealthy: no reason given',
    'target undefined:undefined is unhealthy: no reason given',
  ]);
});

describe('why a revision did not come up', () => {
  test.each([
    [{ code: 'HEALTH_CONSTRAINTS' as const, message: 'too few' }, ['CodeDeploy: HEALTH_CONSTRAINTS: too few']],
    [{ message: 'alarm raised' }, ['CodeDeploy: alarm raised']],
    [{ code: 'ALARM_ACTIVE' as const }, ['CodeDeploy: ALARM_ACTIVE']],
    [{}, []],
    [undefined, []],
  ])('CodeDeploy tells %j', (errorInformation, lines) =>
    expect(whyNotUp({ errorInformation }, [], api.new)).toEqual(lines),
  );

  test('its own stopped tasks are told, three of them; those of other revisions are not', () => {
    const stopped = [task('old', { taskDefinitionArn: api.old }), ...['t1', 't2', 't3', 't4'].map((id) => task(id))];
    expect(whyNotUp(undefined, stopped, api.new)).toEqual(
      ['t1', 't2', 't3'].map((id) => `task ${id} stopped: Essential container in task exited`),
    );
  });

  test('what stopped last is told first: tasks of an earlier try of the revision say nothing about this one', () => {
    const at = (id: string, seconds?: number) =>
      task(id, { stoppedAt: seconds ? new Date(seconds * 1000) : undefined });
    const told = whyNotUp(undefined, [at('a', 1), at('d', 4), at('none'), at('b', 2), at('c', 3)], api.new);
    expect(told.map((line) => line.split(' ')[1])).toEqual(['d', 'c', 'b']);
  });
});

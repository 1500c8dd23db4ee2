import type { Task } from '@aws-sdk/client-ecs';
import { hasFailed, observationOf, Patience, targetGroupsOf } from '../../../promotion/decisions/task-health';
import { api } from './revisions';

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

describe('hasFailed', () => {
  test.each<[string, Partial<Task>, boolean]>([
    ['a container exited', { lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' }, true],
    ['never started', { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' }, true],
    [
      'unhealthy target',
      { lastStatus: 'STOPPED', stoppedReason: 'Task failed ELB health checks in (target-group x)' },
      true,
    ],
    ['scaled in', { lastStatus: 'STOPPED', stoppedReason: 'Scaling activity initiated by (deployment x)' }, false],
    ['stopped without a word', { lastStatus: 'STOPPED' }, false],
    ['runs unhealthy', { lastStatus: 'RUNNING', healthStatus: 'UNHEALTHY' }, true],
    ['runs', { lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }, false],
  ])('%s', (_, changes, expected) => expect(hasFailed(task(changes))).toBe(expected));
});

test('patience ends only after many failures, without a healthy task, for long enough', () => {
  const failed = [crashed(1), crashed(2), crashed(3)];
  const patience = new Patience(600);
  expect(patience.endsWith({ failed, healthy: 0 }, 1000)).toBe(false);
  expect(patience.endsWith({ failed, healthy: 0 }, 1599)).toBe(false);
  expect(patience.endsWith({ failed: failed.slice(1), healthy: 0 }, 1600)).toBe(false);
  expect(patience.endsWith({ failed, healthy: 0 }, 1600)).toBe(true);
  expect(patience.endsWith({ failed, healthy: 1 }, 1601)).toBe(false);
  expect(patience.endsWith({ failed, healthy: 0 }, 1602)).toBe(false);
});

test('patience counts from the first look without a healthy task', () => {
  const failed = [crashed(1), crashed(2), crashed(3)];
  const patience = new Patience(600);
  expect(patience.endsWith({ failed: [], healthy: 0 }, 0)).toBe(false);
  expect(patience.endsWith({ failed, healthy: 0 }, 599)).toBe(false);
  expect(patience.endsWith({ failed, healthy: 0 }, 600)).toBe(true);
});

test('no patience at all ends with many failures', () => {
  const patience = new Patience(0);
  expect(patience.endsWith({ failed: [crashed(1), crashed(2)], healthy: 0 }, 5)).toBe(false);
  expect(patience.endsWith({ failed: [crashed(1), crashed(2), crashed(3)], healthy: 0 }, 5)).toBe(true);
});

describe('what is seen of tasks', () => {
  const running = (version: number, healthStatus: 'HEALTHY' | 'UNHEALTHY', changes: Partial<Task> = {}) =>
    task({ version, lastStatus: 'RUNNING', healthStatus, ...changes });
  const old = { taskDefinitionArn: api.old };
  const tasks = {
    stopped: [crashed(1), { ...crashed(2), ...old }, task({ version: 3, lastStatus: 'STOPPED' })],
    running: [
      running(8, 'HEALTHY'),
      running(4, 'UNHEALTHY'),
      running(5, 'HEALTHY'),
      running(6, 'UNHEALTHY', old),
      running(7, 'HEALTHY', old),
    ],
  };
  const versions = (failed: Task[]) => failed.map(({ version }) => version);
  const target = (State: 'healthy' | 'unhealthy' | 'initial') => ({ TargetHealth: { State } });

  test('of an internal service the containers tell, the stopped ones first', () => {
    const seen = observationOf(tasks, undefined);
    expect([versions(seen.failed), seen.healthy]).toEqual([[1, 2, 4, 6], 3]);
  });

  test('only those of a revision count, where one is given', () => {
    const seen = observationOf(tasks, undefined, api.new);
    expect([versions(seen.failed), seen.healthy]).toEqual([[1, 4], 2]);
  });

  test('behind a load balancer its targets tell who is healthy', () => {
    const targets = [target('healthy'), target('unhealthy'), target('initial'), {}, target('healthy')];
    expect(observationOf(tasks, targets)).toMatchObject({ healthy: 2 });
    expect(observationOf(tasks, [])).toMatchObject({ healthy: 0 });
  });
});

test('target groups are told once, from all that names some', () => {
  const behind = (...arns: (string | undefined)[]) => ({
    loadBalancers: arns.map((targetGroupArn) => ({ targetGroupArn })),
  });
  expect(targetGroupsOf([behind('a', undefined), {}, behind('b', 'a')])).toEqual(['a', 'b']);
  expect(targetGroupsOf([])).toEqual([]);
});

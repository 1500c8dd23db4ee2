import { decideStop } from '../../../promotion/decisions/stop';

test('nothing in flight: nothing to stop', () => expect(decideStop(undefined)).toEqual({ kind: 'nothing' }));

test('a rollback is waited for', () =>
  expect(decideStop({ deploymentId: 'd-2', status: 'InProgress', creator: 'codeDeployRollback' })).toEqual({
    kind: 'wait',
    deploymentId: 'd-2',
  }));

test.each([
  ['its description', { description: 'payment-api-dev:2' }, 'payment-api-dev:2'],
  ['else by its status', {}, 'Ready'],
])('a deployment is stopped, and told by %s', (_, changes, what) =>
  expect(decideStop({ deploymentId: 'd-1', status: 'Ready', creator: 'user', ...changes })).toEqual({
    kind: 'stop',
    deploymentId: 'd-1',
    what,
  }),
);

import { primaryTaskSet, runningRevision, shortRevision, taskSetOf } from '../../../promotion/decisions/serving';
import { api } from './revisions';

const blue = { status: 'PRIMARY', taskDefinition: api.old };
const green = { status: 'ACTIVE', taskDefinition: api.new };

test('production reaches the primary task set, wherever it stands', () => {
  expect(primaryTaskSet({ taskSets: [green, blue] })).toBe(blue);
  expect(primaryTaskSet({ taskSets: [green] })).toBeUndefined();
  expect(primaryTaskSet({})).toBeUndefined();
});

test('a task set is found by its revision', () => {
  expect(taskSetOf({ taskSets: [blue, green] }, api.new)).toBe(green);
  expect(taskSetOf({ taskSets: [blue] }, api.new)).toBeUndefined();
  expect(taskSetOf({}, api.new)).toBeUndefined();
});

test('what serves is the primary task set, else the primary deployment', () => {
  const deployments = [
    { status: 'ACTIVE', taskDefinition: api.old },
    { status: 'PRIMARY', taskDefinition: api.new },
  ];
  expect(runningRevision({ taskSets: [blue], deployments })).toBe(api.old);
  expect(runningRevision({ deployments })).toBe(api.new);
  expect(runningRevision({ deployments: [] })).toBeUndefined();
  expect(runningRevision({})).toBeUndefined();
});

test('a revision is told by its family and number', () => {
  expect([api.new, undefined].map(shortRevision)).toEqual(['payment-api-dev:2', 'nothing']);
});

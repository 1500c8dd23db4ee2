import type { Service as EcsService } from '@aws-sdk/client-ecs';
import { decidePutBack, primaryDeployment, rollOf } from '../../../promotion/decisions/roll';
import { fraud, liveFraud } from './revisions';

const rolling: Partial<EcsService> = {
  deployments: [
    { status: 'ACTIVE', taskDefinition: fraud.new, rolloutState: 'COMPLETED' },
    { status: 'PRIMARY', taskDefinition: fraud.old, rolloutState: 'IN_PROGRESS', runningCount: 1, desiredCount: 2 },
  ],
};
const primary = (changes: object) => ({ deployments: [{ status: 'PRIMARY', taskDefinition: fraud.old, ...changes }] });

describe('rollOf', () => {
  test.each<[string, Partial<EcsService>, boolean, object]>([
    ['settled', liveFraud(fraud.old), true, { state: 'done' }],
    ['two deployments', rolling, true, { state: 'rolling' }],
    ['too few tasks', primary({ runningCount: 1, desiredCount: 2 }), true, { state: 'rolling' }],
    ['nothing told', {}, true, { state: 'rolling' }],
    [
      'none is the primary one',
      { deployments: [{ status: 'ACTIVE', taskDefinition: fraud.old }] },
      true,
      { state: 'rolling' },
    ],
    ['no deployment', { deployments: [] }, true, { state: 'rolling' }],
    [
      'the old one is still there',
      { deployments: [...liveFraud(fraud.old).deployments!, {}] },
      true,
      { state: 'rolling' },
    ],
    ['failed before it began', primary({ rolloutState: 'FAILED', desiredCount: 1 }), false, { state: 'rolling' }],
    ['the state before', liveFraud(fraud.new), false, { state: 'rolling' }],
    ['failed', primary({ rolloutState: 'FAILED' }), true, { state: 'failed', reason: 'ECS gives no reason' }],
    [
      'failed, why',
      primary({ rolloutState: 'FAILED', rolloutStateReason: 'x' }),
      true,
      { state: 'failed', reason: 'x' },
    ],
    [
      'rolled back',
      liveFraud(fraud.new),
      true,
      { state: 'failed', reason: 'ECS rolled back to fraud-detection-dev:8' },
    ],
  ])('%s', (_, live, begun, expected) => {
    expect(rollOf(live as EcsService, fraud.old, begun)).toEqual(expected);
  });
});

test('ECS brings a service to its primary deployment, wherever it stands', () => {
  expect(primaryDeployment(rolling)).toBe(rolling.deployments![1]);
  expect(primaryDeployment({ deployments: [] })).toBeUndefined();
  expect(primaryDeployment({})).toBeUndefined();
});

test('a service goes back to the revision that was promoted last, where it runs another', () => {
  expect(decidePutBack(fraud.old, fraud.new)).toEqual({ kind: 'roll', to: fraud.old });
  expect(decidePutBack(fraud.old, undefined)).toEqual({ kind: 'roll', to: fraud.old });
  expect(decidePutBack(fraud.old, fraud.old)).toEqual({ kind: 'nothing' });
  expect(decidePutBack(undefined, fraud.new)).toEqual({ kind: 'unknown' });
  expect(decidePutBack(undefined, undefined)).toEqual({ kind: 'unknown' });
});

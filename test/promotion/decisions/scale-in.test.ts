import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { suspension } from '../../../promotion/decisions/scale-in';

const identity = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: 'service/payment-cluster-dev/payment-api-dev',
} as const;
const target = (SuspendedState?: ScalableTarget['SuspendedState']): ScalableTarget => ({
  ...identity,
  ...{ MinCapacity: 2, MaxCapacity: 6, RoleARN: 'arn:role', CreationTime: new Date(0), SuspendedState },
});
const toResume = { ...identity, SuspendedState: { DynamicScalingInSuspended: false } };

describe('what is asked', () => {
  test('only scaling in changes; the range is not told, other suspensions are kept', () => {
    expect(suspension(target({ ScheduledScalingSuspended: true }), true)).toEqual({
      ...identity,
      SuspendedState: { ScheduledScalingSuspended: true, DynamicScalingInSuspended: true },
    });
    expect(suspension(target({ DynamicScalingInSuspended: true }), false)).toEqual(toResume);
  });

  test.each([
    ['nothing scales', undefined, true],
    ['nothing was ever suspended', target(), false],
    ['it is suspended', target({ DynamicScalingInSuspended: true }), true],
    ['it is resumed', target({ DynamicScalingInSuspended: false }), false],
  ])('nothing where %s already', (_, found, suspended) => expect(suspension(found, suspended)).toBeUndefined());
});

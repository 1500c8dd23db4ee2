import type { ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import { outcomeOf } from '../../integration-tests/support/scaling-trial';

// The suite's clients are made when it is loaded, for a stage; nothing here calls them.
jest.mock('../../integration-tests/support/stage', () => ({}));

const raised = new Date('2026-01-01T12:00:00Z');
const before = new Date(raised.getTime() - 60_000);
const after = new Date(raised.getTime() + 1000);
const activity = (StartTime: Date, StatusCode: string, Code?: string) =>
  ({ StartTime, StatusCode, NotScaledReasons: Code ? [{ Code }] : undefined }) as ScalingActivity;

test.each([
  ['no activity at all', [], true, 'none'],
  ['one that was there before', [activity(before, 'Successful')], true, 'none'],
  ['a new one', [activity(after, 'Successful'), activity(before, 'Failed')], false, 'Successful'],
  ['a new one that failed', [activity(after, 'Failed')], true, 'Failed'],
  ['a new one at the maximum', [activity(after, 'Failed', 'AlreadyAtMaxCapacity')], false, 'AlreadyAtMaxCapacity'],
  [
    'an old one that did not scale, and an alarm that acted',
    [activity(before, 'Failed', 'AlreadyAtMaxCapacity')],
    true,
    'AlreadyAtMaxCapacity',
  ],
  [
    'an old one that did not scale, and an alarm that did not act',
    [activity(before, 'Failed', 'AlreadyAtMaxCapacity')],
    false,
    'none',
  ],
])('%s', (_, activities, acted, outcome) => {
  expect(outcomeOf(activities, raised, acted)).toBe(outcome);
});

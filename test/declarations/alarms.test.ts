import { alarmsOf, loadAlarms } from '../../declarations/alarms';

test('a service that no traffic reaches has alarms of its load alone', () => {
  expect(alarmsOf({ release: 'ROLLING' })).toBe(loadAlarms);
});

test('one behind the load balancer also has those of its traffic', () => {
  expect(alarmsOf({ release: 'BLUE_GREEN' }).map((a) => `${a.measure} above ${a.above}, ${a.minutes} minutes`)).toEqual(
    [
      'cpu above 85, 5 minutes',
      'memory above 90, 5 minutes',
      'response-time above 1, 3 minutes',
      'errors above 10, 2 minutes',
      'unhealthy-hosts above 0, 5 minutes',
    ],
  );
});

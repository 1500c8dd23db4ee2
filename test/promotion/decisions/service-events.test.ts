import { ServiceEvents } from '../../../promotion/decisions/service-events';

const event = (id: string, message = `event ${id}`) => ({ id, message });

test('what happened before this deploy is not told; then each event once, the oldest first', () => {
  const events = new ServiceEvents();
  expect(events.since([event('1')], false)).toEqual([]);
  expect(events.since([event('3'), event('2'), event('1')], false)).toEqual(['event 2', 'event 3']);
  expect(events.since([event('3'), event('2'), event('1')], false)).toEqual([]);
});

test('all events of a service that is being created are told', () => {
  const events = new ServiceEvents();
  expect(events.since([event('1')], true)).toEqual(['event 1']);
  expect(events.since([event('2'), event('1')], true)).toEqual(['event 2']);
});

test('events of a service that was not there at the first look are told', () => {
  const events = new ServiceEvents();
  expect(events.since([], false)).toEqual([]);
  expect(events.since([event('1')], false)).toEqual(['event 1']);
});

test.each([
  ['(service payment-api-dev) has reached a steady state.', 'has reached a steady state.'],
  ['(service a, taskSet ecs-svc/1) is (service b) here', 'is (service b) here'],
  [
    'registered 1 targets in (target-group arn:aws:x:1:targetgroup/blue/0a1b) and (target-group arn:aws:x:1:targetgroup/green/22)',
    'registered 1 targets in (target-group blue) and (target-group green)',
  ],
  ['seen of (service a) ', 'seen of (service a) '],
  ['arn:aws:x and more:targetgroup/blue/1', 'arn:aws:x and more:targetgroup/blue/1'],
])("'%s' is told as '%s'", (message, told) => {
  expect(new ServiceEvents().since([event('1', message)], true)).toEqual([told]);
});

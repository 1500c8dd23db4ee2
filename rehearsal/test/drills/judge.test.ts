import { objections, whoCaught, type Seen } from '../../drills/judge';

const by = { suite: 'network', says: /security group of payment-api/ };
const check = {
  suite: 'network',
  name: 'admits payment-api its own port only',
  says: 'security group of payment-api-dev: ..',
};
const caught: Seen = {
  status: 'Failed',
  failed: [{ stage: 'dev', action: 'live-checks', says: 'Build terminated' }],
  checks: [check],
  promoted: [],
  greenRequests: 0,
  requests: 600,
  failures: [],
  seconds: 10,
};

test('a fault that its check names, and that nobody else noticed, was caught', () => {
  expect(objections('dev', by, caught)).toEqual([]);
  expect(whoCaught(by, caught)).toBe('network › admits payment-api its own port only');
});

test('a check of one service is a check of its suite', () => {
  const seen = { ...caught, checks: [{ ...check, suite: 'network: payment-api' }] };
  expect(objections('dev', by, seen)).toEqual([]);
});

test('an action may catch it, too, by what it says', () => {
  const failed = [{ stage: 'dev', action: 'release', says: 'Deployment d-1 is still in flight' }];
  const inFlight = { action: 'release', says: /still in flight/ };
  expect(objections('dev', inFlight, { ...caught, failed, checks: [] })).toEqual([]);
  expect(objections('dev', inFlight, { ...caught, failed: [{ ...failed[0]!, says: 'AccessDenied' }] })).toEqual([
    'nothing that failed says /still in flight/',
  ]);
});

test.each<[string, Partial<Seen>, RegExp]>([
  ['that went through', { status: 'Succeeded', failed: [], checks: [] }, /the execution has Succeeded/],
  ['that something else caught', { checks: [{ ...check, suite: 'logs' }] }, /nothing that failed says/],
  ['whose check says something else', { checks: [{ ...check, says: 'timeout' }] }, /nothing that failed says/],
  ['in another stage', { failed: [{ ...caught.failed[0]!, stage: 'prod' }] }, /failed is prod live-checks, not dev/],
  [
    'beside which another action failed',
    { failed: [...caught.failed, { stage: 'dev', action: 'watch', says: '' }] },
    /failed is dev live-checks, dev watch/,
  ],
  ['after which green serves', { promoted: ['payment-api-dev'] }, /promoted: payment-api-dev/],
  ['whose green had a production request', { greenRequests: 1 }, /green received 1 production requests/],
  ['that a client noticed', { failures: ['dev /api/payments/health: 502'] }, /1 requests failed, the first: dev/],
  ['under too few requests', { requests: 499 }, /blue answered 49 requests a second/],
])('a fault %s was not caught as it has to be', (_, change, why) => {
  const wrong = objections('dev', by, { ...caught, ...change });
  expect(wrong).not.toEqual([]);
  expect(wrong.join('\n')).toMatch(why);
});

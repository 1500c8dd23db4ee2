import type { DeploymentInfo, DeploymentStatus } from '@aws-sdk/client-codedeploy';
import { AppSpec } from '../../../promotion/decisions/app-spec';
import { decide, holdOf, rollingFirst } from '../../../promotion/decisions/release';
import { systemNamed } from '../../../stages/systems';
import { api, revisionOf } from './revisions';

describe('decide', () => {
  const wanted = new AppSpec(api.new, { name: 'payment-api', port: 8080 }, {});
  const other: DeploymentInfo = { deploymentId: 'd-9', status: 'InProgress', revision: revisionOf(api.old) };
  test.each([
    ['the revision serves', api.new, undefined, { kind: 'nothing' }],
    ['another serves', api.old, undefined, { kind: 'start' }],
    [
      'ours is in flight',
      api.old,
      { ...other, revision: revisionOf(api.new) },
      { kind: 'continue', deploymentId: 'd-9' },
    ],
    [
      'ours, by hash',
      api.old,
      { ...other, revision: { appSpecContent: { sha256: wanted.sha256 } } },
      { kind: 'continue', deploymentId: 'd-9' },
    ],
    ['another is in flight', api.new, other, { kind: 'wait', deploymentId: 'd-9' }],
    ['one without an AppSpec', api.old, { deploymentId: 'd-9' }, { kind: 'wait', deploymentId: 'd-9' }],
  ])('%s', (_, primary, inFlight, expected) => {
    expect(decide(wanted, primary, inFlight)).toEqual(expected);
  });
});

test('rolling services come before those that CodeDeploy releases, each in the declared order', () => {
  const { services } = systemNamed('payment-platform');
  const [api, fraud, transactions] = services;
  expect(rollingFirst([api!, transactions!, fraud!, { ...fraud!, name: 'ledger' }]).map((s) => s.name)).toEqual([
    'fraud-detection',
    'ledger',
    'payment-api',
    'transaction-processor',
  ]);
});

test.each<[DeploymentStatus, string]>([
  ['Created', 'starting'],
  ['InProgress', 'starting'],
  ['Ready', 'held'],
  ['Succeeded', 'serves'],
  ['Failed', 'failed'],
  ['Stopped', 'failed'],
])('a deployment that is %s: %s', (status, hold) => expect(holdOf({ status })).toBe(hold));

import type { DeploymentStatus } from '@aws-sdk/client-codedeploy';
import { AppSpec } from '../../../promotion/decisions/app-spec';
import { hasEnded, releases, underway } from '../../../promotion/decisions/deployment';
import { api, revisionOf } from './revisions';

test.each<[DeploymentStatus, boolean]>([
  ['Created', false],
  ['Queued', false],
  ['InProgress', false],
  ['Baking', false],
  ['Ready', false],
  ['Succeeded', true],
  ['Failed', true],
  ['Stopped', true],
])('%s: has ended: %s, and the group refuses another until then', (status, ended) => {
  expect(hasEnded({ status })).toBe(ended);
  expect(underway.includes(status)).toBe(!ended);
});

describe('a deployment releases what the AppSpec says', () => {
  const wanted = new AppSpec(api.new, { name: 'payment-api', port: 8080 }, {});
  test.each([
    ['of the same text', { sha256: wanted.sha256 }, true],
    ['of the same task definition', revisionOf(api.new).appSpecContent, true],
    ['not of another', { sha256: 'other', ...revisionOf(api.old).appSpecContent }, false],
    ['not without an AppSpec', undefined, false],
  ])('%s', (_, appSpecContent, expected) => expect(releases({ revision: { appSpecContent } }, wanted)).toBe(expected));

  test('not without a revision', () => expect(releases({}, wanted)).toBe(false));
});

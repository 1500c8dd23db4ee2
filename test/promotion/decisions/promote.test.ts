import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { AppSpec } from '../../../promotion/decisions/app-spec';
import { decidePromotion, shareOf, weightsOf } from '../../../promotion/decisions/promote';
import { api, blue, green, revisionOf } from './revisions';

const wanted = new AppSpec(api.new, { name: 'payment-api', port: 8080 }, {});
const ours: DeploymentInfo = { deploymentId: 'd-1', status: 'Ready', revision: revisionOf(api.new) };

describe('decidePromotion', () => {
  test('there is nothing to do where the revision serves and nothing is in flight', () =>
    expect(decidePromotion(wanted, api.new, undefined)).toEqual({ kind: 'nothing' }));

  test.each([[api.old], [undefined]])('without a hold, while %s serves, it refuses', (primary) =>
    expect(decidePromotion(wanted, primary, undefined)).toEqual({
      kind: 'refuse',
      reason:
        'No deployment holds payment-api-dev:2; it was stopped or waited too long. Run the pipeline again to release it anew.',
    }),
  );

  test.each([[api.old], [api.new]])("somebody else's deployment is refused, also while %s serves", (primary) =>
    expect(decidePromotion(wanted, primary, { ...ours, revision: revisionOf(api.old) })).toEqual({
      kind: 'refuse',
      reason: 'Deployment d-1, which is Ready, is not of payment-api-dev:2. It is left alone: see who started it.',
    }),
  );

  test.each([
    ['ours shifts; the revision before it is known', api.old, api.old],
    ['ours has shifted in an earlier try: there is no revision before it', api.new, undefined],
    ['ours shifts where nothing served', undefined, undefined],
  ])('%s', (_, primary, before) =>
    expect(decidePromotion(wanted, primary, ours)).toEqual({ kind: 'shift', deploymentId: 'd-1', before }),
  );
});

describe('weightsOf', () => {
  const weights = [{ TargetGroupArn: blue, Weight: 90 }];
  test('of the action that forwards, wherever it stands', () => {
    const forward = { Type: 'forward' as const, ForwardConfig: { TargetGroups: weights } };
    const other = { Type: 'authenticate-oidc' as const, ForwardConfig: { TargetGroups: [] } };
    expect(weightsOf({ Actions: [other, forward] })).toEqual(weights);
  });

  test.each([
    [undefined],
    [{}],
    [{ Actions: [] }],
    [{ Actions: [{ Type: 'forward' as const }] }],
    [{ Actions: [{ Type: 'forward' as const, ForwardConfig: {} }] }],
  ])('%j forwards to nothing', (rule) => expect(weightsOf(rule)).toEqual([]));
});

describe('shareOf', () => {
  const groups = (blueWeight?: number, greenWeight?: number) => [
    { TargetGroupArn: blue, Weight: blueWeight },
    { TargetGroupArn: green, Weight: greenWeight },
  ];
  test.each([
    [100, 0, 0],
    [90, 10, 10],
    [2, 1, 33],
    [1, 2, 67],
    [0, 100, 100],
    [undefined, 5, 100],
    [5, undefined, 0],
    [undefined, undefined, 0],
  ])('of weights %s and %s green gets %s %%', (blueWeight, greenWeight, share) =>
    expect(shareOf(green, groups(blueWeight, greenWeight))).toBe(share),
  );

  test('a group that the rule does not know gets nothing', () => {
    expect(shareOf('arn:other', groups(50, 50))).toBe(0);
    expect(shareOf(undefined, groups(50, 50))).toBe(0);
    expect(shareOf(green, [])).toBe(0);
  });
});

import { actionsOf, forwardOf, forwards } from '../../../pipeline/programs/listener-rules';

const ids = new Map([
  ['Blue', 'arn:blue'],
  ['Green', 'arn:green'],
]);
const to = (TargetGroupArn: unknown) => ({ Type: 'forward', TargetGroupArn });
const weighted = (...groups: [unknown, unknown?][]) => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
});

test('a forward to one group, by reference or by ARN', () => {
  expect(forwardOf([to({ Ref: 'Blue' })], ids)).toEqual(['arn:blue']);
  expect(forwardOf([to('arn:x')], ids)).toEqual(['arn:x']);
  expect(forwardOf([to({ Ref: 'Blue' })])).toEqual(['{"Ref":"Blue"}']);
  expect(forwardOf([to({ 'Fn::ImportValue': 'Blue' })], ids)).toEqual(['{"Fn::ImportValue":"Blue"}']);
});

test('groups with weight, sorted, each once; without a weight it is 1', () => {
  expect(forwardOf([weighted([{ Ref: 'Green' }, 1], [{ Ref: 'Blue' }, '99'])], ids)).toEqual(['arn:blue', 'arn:green']);
  expect(forwardOf([weighted(['arn:blue', 0], ['arn:green'])])).toEqual(['arn:green']);
  expect(forwardOf([weighted(['arn:blue', '0'], ['arn:green', 100])])).toEqual(['arn:green']);
  expect(forwardOf([weighted(['arn:blue', 0])])).toEqual([]);
  expect(forwardOf([to('arn:x'), weighted(['arn:x', 1])])).toEqual(['arn:x']);
});

test('a forward configuration without groups leaves the single one', () => {
  expect(forwardOf([{ ...to('arn:x'), ForwardConfig: { TargetGroups: [] } }])).toEqual(['arn:x']);
  expect(forwardOf([{ ...to('arn:x'), ForwardConfig: {} }])).toEqual(['arn:x']);
});

test('other actions forward nowhere', () => {
  expect(forwardOf([{ Type: 'fixed-response', TargetGroupArn: 'arn:x' }])).toEqual([]);
  expect(forwardOf(undefined)).toEqual([]);
});

test('actions of rules and listeners', () => {
  const Properties = { Actions: [1], DefaultActions: [2] };
  expect(actionsOf({ Type: 'AWS::ElasticLoadBalancingV2::ListenerRule', Properties })).toEqual([1]);
  expect(actionsOf({ Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties })).toEqual([2]);
  expect(actionsOf({ Type: 'AWS::ElasticLoadBalancingV2::Listener' })).toBeUndefined();
  expect(actionsOf(undefined)).toBeUndefined();
  expect(forwards('AWS::ElasticLoadBalancingV2::Listener')).toBe(true);
  expect(forwards('AWS::ElasticLoadBalancingV2::TargetGroup')).toBe(false);
});

import { conditionsHold } from '../../cloud/iam/conditions';
import type { RequestContext } from '../../cloud/iam/policy';

type Values = string | number | boolean | (string | number | boolean)[];
const holds = (operator: string, wanted: Values, actual?: string | string[], more: RequestContext = {}) =>
  conditionsHold(
    { [operator]: { 'aws:Key': wanted } },
    { ...more, ...(actual === undefined ? {} : { 'aws:key': actual }) },
    true,
  );

describe('operators', () => {
  const arn = 'arn:aws:ecs:us-east-1:111111111111:cluster/payments';
  test.each<[string, Values, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a${*}', 'a*', true],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a', 'b'], 'c', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
    ['StringEqualsIgnoreCase', 'a', 'b', false],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringNotEqualsIgnoreCase', 'a', 'b', true],
    ['StringLike', 'repo:*:ref', 'repo:x/y:ref', true],
    ['StringLike', 'a?', 'ab', true],
    ['StringLike', 'a', 'A', false],
    ['StringNotLike', 'a*', 'ab', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', 5, '5.0', true],
    ['NumericEquals', '5', '6', false],
    ['NumericEquals', 'x', 'x', false],
    ['NumericEquals', '0', '', false],
    ['NumericEquals', ' ', '0', false],
    ['NumericNotEquals', 5, '6', true],
    ['NumericNotEquals', 5, '5', false],
    ['NumericLessThan', 5, '4', true],
    ['NumericLessThan', 5, '5', false],
    ['NumericLessThan', 5, '10', false],
    ['NumericLessThan', 5, 'x', false],
    ['NumericLessThanEquals', 5, '5', true],
    ['NumericLessThanEquals', 5, '6', false],
    ['NumericGreaterThan', 5, '10', true],
    ['NumericGreaterThan', 5, '5', false],
    ['NumericGreaterThanEquals', 5, '5', true],
    ['NumericGreaterThanEquals', 5, '4', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', true],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateEquals', 'soon', 'soon', false],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', true],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', true],
    ['DateGreaterThan', 'soon', '2026-01-01T00:00:01Z', false],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', false],
    ['Bool', 'false', 'false', true],
    ['Bool', true, 'true', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['BinaryEquals', 'QmluYXJ5', 'qmluYXJ5', false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.7', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.7', false],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['IpAddress', '203.0.113.7', '203.0.113.8', false],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '2001:db8::1', '2001:db8::1', true],
    ['IpAddress', '2001:db8::1', '2001:db8::2', false],
    ['IpAddress', '2001:db8::/32', '203.0.113.7', false],
    ['IpAddress', 'here', '203.0.113.7', false],
    ['IpAddress', '203.0.113.0/24', 'here', false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', false],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['ArnEquals', arn, arn, true],
    ['ArnEquals', 'arn:aws:ecs:*:*:cluster/pay*', arn, true],
    ['ArnLike', 'arn:aws:ecs:*:111111111111:cluster/*', arn, true],
    ['ArnLike', 'arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:r:1:log-group:/a:log-stream:b', true],
    ['ArnLike', 'arn:*:cluster/payments', arn, false],
    ['ArnLike', 'arn:aws:ecs:*:*:cluster/x', arn, false],
    ['ArnLike', 'arn:aws:ecs:us-east-1:111111111111:*', 'payments', false],
    ['ArnLike', 'payments', 'payments', false],
    ['ArnLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::ab', true],
    ['ArnLike', 'arn:aws:s3:::a?c', 'arn:aws:s3:::a\nc', true],
    ['ArnNotEquals', arn, arn, false],
    ['ArnNotLike', 'arn:aws:ecs:*:*:cluster/*', arn, false],
    ['ArnNotLike', 'arn:aws:ecs:*:*:service/*', arn, true],
  ])('%s %j, %j', (operator, wanted, actual, expected) => expect(holds(operator, wanted, actual)).toBe(expected));

  test('one that IAM does not know is an error', () => {
    expect(() => holds('StringSortOfEquals', 'a', 'a')).toThrow(
      'a policy has the condition operator StringSortOfEquals, which IAM does not know',
    );
    expect(() => holds('BoolNotEquals', 'a')).toThrow('BoolNotEquals');
  });
});

describe('a key that the request lacks', () => {
  test.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['ArnNotLike', true],
    ['NotIpAddress', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAllValues:StringNotEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
  ])('%s: %s', (operator, expected) => {
    expect(holds(operator, 'a')).toBe(expected);
    expect(holds(operator, 'a', [])).toBe(expected);
  });

  test('IfExists asks as usual where there is one', () => {
    expect(holds('StringEqualsIfExists', 'a', 'a')).toBe(true);
    expect(holds('StringEqualsIfExists', 'a', 'b')).toBe(false);
    expect(holds('StringNotEqualsIfExists', 'a', 'a')).toBe(false);
  });

  test('Null asks for just that', () => {
    expect(holds('Null', 'true')).toBe(true);
    expect(holds('Null', true, 'a')).toBe(false);
    expect(holds('Null', 'false', 'a')).toBe(true);
    expect(holds('Null', [false])).toBe(false);
  });
});

describe('keys with several values', () => {
  test.each<[string, string[], boolean]>([
    ['ForAllValues:StringLike', ['a1', 'b1'], true],
    ['ForAllValues:StringLike', ['a1', 'c'], false],
    ['ForAnyValue:StringLike', ['c', 'b1'], true],
    ['ForAnyValue:StringLike', ['c', 'd'], false],
    ['ForAllValues:StringNotLike', ['c', 'd'], true],
    ['ForAllValues:StringNotLike', ['c', 'a1'], false],
    ['ForAnyValue:StringNotLike', ['a1', 'c'], true],
    ['ForAnyValue:StringNotLike', ['a1', 'b1'], false],
    ['StringLike', ['c', 'a1'], true],
    ['StringNotLike', ['c', 'a1'], false],
    ['StringNotLike', ['c', 'd'], true],
  ])('%s a*, b*: %j', (operator, actual, expected) => expect(holds(operator, ['a*', 'b*'], actual)).toBe(expected));
});

test('all operators and all keys have to hold', () => {
  const context = { a: '1', b: '2' };
  const check = (conditions: Parameters<typeof conditionsHold>[0]) => conditionsHold(conditions, context, true);
  expect(check({})).toBe(true);
  expect(check({ StringEquals: { a: '1', b: '2' }, StringNotEquals: { a: '2' } })).toBe(true);
  expect(check({ StringEquals: { a: '1', b: '3' } })).toBe(false);
  expect(check({ StringEquals: { a: '1' }, StringNotEquals: { b: '2' } })).toBe(false);
});

test('variables stand for the request’s values; one without a value is not wanted', () => {
  const more = { 'aws:principalaccount': '1', 'aws:username': 'a*' };
  expect(holds('StringEquals', '${aws:PrincipalAccount}', '1', more)).toBe(true);
  expect(holds('StringEquals', '${aws:username}', 'a*', more)).toBe(true);
  expect(holds('StringLike', '${aws:username}', 'ab', more)).toBe(false);
  expect(holds('StringEquals', ['${aws:userid}', 'x'], '', more)).toBe(false);
  expect(holds('StringEquals', ['${aws:userid}', 'x'], 'x', more)).toBe(true);
  expect(conditionsHold({ StringEquals: { k: '${a}' } }, { k: '${a}', a: '1' }, false)).toBe(true);
});

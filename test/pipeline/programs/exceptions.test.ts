import { judge, type ResolvedException, titleOf } from '../../../pipeline/programs/exceptions';
import type { Objection } from '../../../pipeline/programs/objections';

const type = 'AWS::Logs::LogGroup';
const objection = (more: Partial<Objection> = {}): Objection => ({
  ...{ logicalId: 'Logs', type, physicalId: '/ecs/api-prod', effect: 'delete', properties: [] },
  ...{ reason: 'It would go.', remedy: 'Leave it.', ...more },
});
const exception = (more: Partial<ResolvedException> = {}): ResolvedException => ({
  ...{ stack: 'payment-payment-api-prod', resource: 'Logs', allow: 'delete', reason: 'It is archived elsewhere.' },
  ...{ commits: { from: 'aaa', to: 'ccc' }, startsAt: ['aaa', 'bbb'], ...more },
});
const at = (running?: string) => ({ environment: 'prod', running });
const judged = (one: Objection, other: ResolvedException, running: string | undefined = 'bbb') => {
  const { refused, excepted, unused } = judge([one], [other], at(running));
  return { refused: refused.length, excepted: excepted.length, unused: unused.map(({ why }) => why) };
};
const used = { refused: 0, excepted: 1, unused: [] };
const unmatched = { refused: 1, excepted: 0, unused: ['nothing of the kind would happen'] };

test('an exception allows what it names, and is told with it', () => {
  const [one, other] = [objection(), exception()];
  expect(judge([one], [other], at('aaa'))).toEqual({
    ...{ refused: [], excepted: [{ objection: one, exception: other }], unused: [] },
  });
});

test.each<[string, Partial<Objection>]>([
  ['another resource', { logicalId: 'Others' }],
  ['another change', { effect: 'replace' }],
])('it allows no %s', (_, more) => expect(judged(objection(more), exception())).toEqual(unmatched));

test('each objection needs an exception; one of them may allow several', () => {
  const [logs, policy, more] = [objection(), objection({ properties: ['Tags'] }), objection({ logicalId: 'More' })];
  const found = judge([logs, more, policy], [exception()], at('bbb'));
  expect(found.refused).toEqual([more]);
  expect(found.excepted.map((one) => one.objection)).toEqual([logs, policy]);
  expect(found.unused).toEqual([]);
});

describe('by type and name', () => {
  const named = (name: string, itsType = type) => exception({ resource: { type: itsType, name } });
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/api-tg-blue/73e2d6bc24d8a067';

  test('the physical id is the name', () => {
    expect(judged(objection(), named('/ecs/api-prod'))).toEqual(used);
    expect(judged(objection(), named('/ecs/api-prod', 'AWS::S3::Bucket'))).toEqual(unmatched);
    expect(judged(objection(), named('/ecs/api-prod-2'))).toEqual(unmatched);
    // No part of what is no ARN.
    expect(judged(objection(), named('api-prod'))).toEqual(unmatched);
    expect(judged(objection({ physicalId: 'a:b:c:d:e:api-prod' }), named('api-prod'))).toEqual(unmatched);
  });

  test.each([['api-tg-blue'], ['73e2d6bc24d8a067'], [arn]])("an ARN has the name, as in '%s'", (name) => {
    expect(judged(objection({ physicalId: arn }), named(name))).toEqual(used);
  });

  test('parts between colons are names, too', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:222222222222:secret:db-AbCdEf';
    expect(judged(objection({ physicalId: secret }), named('db-AbCdEf'))).toEqual(used);
  });

  test.each([['api-tg'], ['222222222222'], ['elasticloadbalancing'], ['us-east-1'], ['arn'], ['']])(
    "an ARN does not have the name '%s'",
    (name) => expect(judged(objection({ physicalId: arn }), named(name))).toEqual(unmatched),
  );

  test('what has no physical id has no name', () => {
    expect(judged(objection({ physicalId: undefined }), named('api'))).toEqual(unmatched);
  });
});

describe('commits', () => {
  const why = 'it is for a delivery that brings aaa..ccc, and prod runs ddd';
  test('an exception holds where the delivery starts at one of its commits', () => {
    expect(judged(objection(), exception(), 'bbb')).toEqual(used);
    expect(judged(objection(), exception(), 'ddd')).toEqual({ refused: 1, excepted: 0, unused: [why] });
  });

  test('it holds where the environment never had a whole delivery', () => {
    expect(judge([objection()], [exception()], at()).excepted).toHaveLength(1);
  });

  test('another that holds is found behind one that does not', () => {
    const [spent, valid] = [exception({ startsAt: [] }), exception()];
    const found = judge([objection()], [spent, valid], at('aaa'));
    expect(found.excepted.map((one) => one.exception)).toEqual([valid]);
    expect(found.unused.map((one) => one.exception)).toEqual([spent]);
  });
});

test('without exceptions all is refused; without objections they are not used', () => {
  expect(judge([objection()], [], at())).toEqual({ refused: [objection()], excepted: [], unused: [] });
  expect(judge([], [exception()], at()).unused).toHaveLength(1);
});

test('its title names change, resource and commits', () => {
  expect(titleOf(exception())).toBe('to delete Logs, aaa..ccc');
  expect(titleOf(exception({ resource: { type, name: '/ecs/x' } }))).toBe(`to delete ${type} /ecs/x, aaa..ccc`);
});

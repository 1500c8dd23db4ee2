import { account, bucket, isAllowed, other, policy, read, roleArn, session, sessionArn } from './asking';
import type { PolicyDocument, Principal, Statement } from '../../cloud/iam/policy';

const byIdentity = (statement: Partial<Statement>, request = {}) =>
  isAllowed({ identity: [policy(statement)] }, request);

describe('actions', () => {
  test.each([
    ['s3:GetObject', true],
    ['S3:getobject', true],
    ['s3:Get*', true],
    ['s3:*', true],
    ['*', true],
    ['s3:Get?bject', true],
    ['s3:Get', false],
    ['s3:GetObject?', false],
    ['3:GetObject', false],
    ['s3:Put*', false],
    ['s3.GetObject', false],
  ])('%s', (Action, expected) => {
    expect(byIdentity({ ...read, Action })).toBe(expected);
    expect(byIdentity({ ...read, Action: ['ecs:*', Action] })).toBe(expected);
  });

  test('NotAction is about all others', () => {
    const { Resource } = read;
    expect(byIdentity({ NotAction: 's3:Put*', Resource })).toBe(true);
    expect(byIdentity({ NotAction: ['s3:Put*', 's3:get*'], Resource })).toBe(false);
  });

  test('a statement without either is about nothing', () => {
    expect(byIdentity({ Resource: '*' })).toBe(false);
  });
});

describe('resources', () => {
  const log = 'arn:aws:logs:us-east-1:111111111111:log-group:/ecs/api:log-stream:x';
  test.each([
    [`${bucket}/key`, `${bucket}/key`, true],
    [`${bucket}/*`, `${bucket}/a/b:c`, true],
    [`${bucket}/k?y`, `${bucket}/key`, true],
    [`${bucket}/*`, bucket, false],
    [`${bucket}/KEY`, `${bucket}/key`, false],
    ['*', '*', true],
    [`${bucket}/*`, '*', false],
    ['arn:aws:s3:::pay.ents/*', `${bucket}/key`, false],
    // A star ends with its segment, unless it is the segment's end.
    ['arn:aws:logs:*:*:log-group:/ecs/*', log, true],
    ['arn:aws:logs:us-east-1:111111111111:log-group:/ecs/*:log-stream:x', log, true],
    ['arn:aws:logs:us-east-1:111111111111:log-group:/e*s/api:log-stream:x', log, true],
    ['arn:aws:logs:us-east-1:111111111111:log-group:/*x', log, false],
    ['arn:aws:logs*', log, true],
    [`${bucket}/a\${*}b`, `${bucket}/a*b`, true],
    [`${bucket}/a\${*}b`, `${bucket}/axb`, false],
    [`${bucket}/a\${?}\${$}`, `${bucket}/a?$`, true],
    [`${bucket}/a\${?}`, `${bucket}/ab`, false],
    [`${bucket}/*`, `${bucket}/two\nlines`, true],
    [`${bucket}/two?lines`, `${bucket}/two\nlines`, true],
  ])('%s and %s', (Resource, resource, expected) => {
    expect(byIdentity({ Action: '*', Resource }, { resource })).toBe(expected);
    expect(byIdentity({ Action: '*', Resource: ['x', Resource] }, { resource })).toBe(expected);
    expect(byIdentity({ Action: '*', NotResource: ['x', Resource] }, { resource })).toBe(!expected);
  });

  test('an identity policy has to say which', () => {
    expect(byIdentity({ Action: '*' })).toBe(false);
  });

  test('a resource’s own policy may leave it out', () => {
    const Principal = { AWS: roleArn };
    expect(isAllowed({ resource: policy({ Action: '*', Principal }) })).toBe(true);
    expect(isAllowed({ resource: policy({ Action: '*', Principal, Resource: 'x' }) })).toBe(false);
  });
});

describe('variables', () => {
  const context = { 'aws:principaltag/team': 'payments', 'aws:username': 'a*b', 'aws:tagkeys': ['a', 'b'] };
  const reads = (path: string, key: string, more: Partial<PolicyDocument> = {}) => {
    const document = { ...policy({ ...read, Resource: `${bucket}/${path}` }), ...more };
    return isAllowed({ identity: [document] }, { resource: `${bucket}/${key}`, context });
  };
  test('stand for the request’s values, by keys in any case', () => {
    expect(reads('${aws:PrincipalTag/team}/*', 'payments/x')).toBe(true);
    expect(reads('${aws:principaltag/TEAM}/*', 'others/x')).toBe(false);
    expect(reads('${aws:PrincipalTag/team}/${aws:PrincipalTag/team}', 'payments/payments')).toBe(true);
  });
  test('values have no wildcards', () => {
    expect(reads('${aws:username}', 'a*b')).toBe(true);
    expect(reads('${aws:username}', 'axb')).toBe(false);
  });
  test('one without a value, or with several, fits nothing, unless it has a default', () => {
    expect(reads('x${aws:userid}', 'x')).toBe(false);
    expect(reads('${aws:TagKeys}', 'a')).toBe(false);
    expect(reads("${aws:userid, 'nobody'}", 'nobody')).toBe(true);
    expect(reads("${aws:PrincipalTag/team,'nobody'}", 'payments')).toBe(true);
    expect(reads("${aws:userid, ''}x", 'x')).toBe(true);
  });
  test('mean nothing in other versions of the language', () => {
    expect(reads('${aws:username}', 'a*b', { Version: '2008-10-17' })).toBe(false);
    expect(reads('${aws:username}', 'a*b', { Version: undefined })).toBe(false);
    expect(reads('${aws:username}', '${aws:username}', { Version: '2008-10-17' })).toBe(true);
  });
});

describe('principals of a resource’s policy', () => {
  const admits = (element: Partial<Statement>, principal: Principal = session) =>
    isAllowed({ resource: policy({ Action: '*', ...element }) }, { principal });

  test.each<[NonNullable<Statement['Principal']>, boolean]>([
    ['*', true],
    [{ AWS: '*' }, true],
    [{ AWS: ['x', '*'] }, true],
    [{ AWS: [other, roleArn] }, true],
    [{ AWS: `arn:aws:iam::${account}:role/*` }, false],
    [{ AWS: `${sessionArn}2` }, false],
    [{ Service: '*' }, false],
    [{ Service: sessionArn }, false],
  ])('%j', (Principal, expected) => expect(admits({ Principal })).toBe(expected));

  test('the closest acquaintance counts', () => {
    const boundary = policy({ Action: 'ecs:*', Resource: '*' });
    const resource = (...AWS: string[]) => policy({ Action: '*', Principal: { AWS } });
    expect(isAllowed({ resource: resource(account, roleArn, sessionArn), boundary })).toBe(true);
    expect(isAllowed({ resource: resource(account, roleArn), boundary })).toBe(false);
    expect(isAllowed({ resource: resource(account, roleArn) })).toBe(true);
  });

  test('a statement that names nobody is about nobody', () => {
    expect(admits({})).toBe(false);
  });

  test('a user is no role, and an account none of another’s users', () => {
    const user: Principal = { kind: 'AWS', name: `arn:aws:iam::${account}:user/a` };
    expect(admits({ Principal: { AWS: user.name } }, user)).toBe(true);
    expect(admits({ Principal: { AWS: roleArn } }, user)).toBe(false);
    expect(admits({ Principal: { AWS: `arn:aws:iam::${other}:root` } }, user)).toBe(false);
  });

  describe('NotPrincipal', () => {
    const denies = (NotPrincipal: Statement['NotPrincipal'], principal: Principal = session) =>
      !isAllowed(
        { resource: policy({ Action: '*', Principal: '*' }, { Effect: 'Deny', Action: '*', NotPrincipal }) },
        { principal },
      );
    const root = `arn:aws:iam::${account}:root`;
    test('excepts a session that is named with its role and its account', () => {
      expect(denies({ AWS: [sessionArn, roleArn, root] })).toBe(false);
      expect(denies({ AWS: [sessionArn, roleArn, account] })).toBe(false);
      expect(denies({ AWS: [sessionArn, roleArn] })).toBe(true);
      expect(denies({ AWS: [sessionArn, root] })).toBe(true);
      expect(denies({ AWS: [roleArn, root] })).toBe(true);
      expect(denies({ Service: 'x.amazonaws.com' })).toBe(true);
      expect(denies('*')).toBe(false);
    });
    test('excepts a user that is named with its account', () => {
      const user: Principal = { kind: 'AWS', name: `arn:aws:iam::${account}:user/a` };
      expect(denies({ AWS: [user.name, root] }, user)).toBe(false);
      expect(denies({ AWS: [user.name] }, user)).toBe(true);
    });
    test('excepts a service by its name', () => {
      const service: Principal = { kind: 'Service', name: 'x.amazonaws.com' };
      expect(denies({ Service: service.name }, service)).toBe(false);
      expect(denies({ Service: 'y.amazonaws.com' }, service)).toBe(true);
      expect(denies({ AWS: service.name }, service)).toBe(true);
    });
  });
});

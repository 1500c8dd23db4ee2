import { account, ask, bucket, deny, isAllowed, other, policy, read, roleArn, session, sessionArn } from './asking';

const byIdentity = [policy(read)];
const grantTo = (AWS: string) => policy({ ...read, Principal: { AWS } });
const elsewhere = { resourceAccount: other };
const nothing = policy({ Action: 'ecs:*', Resource: '*' });

describe('identity policies', () => {
  test('what no policy allows is denied', () => {
    expect(ask({})).toEqual({
      isAllowed: false,
      reason: 'implicit deny',
      deniedBy: 'identity-based policy',
      matches: [],
    });
  });

  test('an allow allows, and is told with its place', () => {
    const found = ask({ identity: [nothing, policy({ Action: 'ecs:*', Resource: '*' }, read)] });
    expect(found).toEqual({
      isAllowed: true,
      reason: 'allowed',
      matches: [
        { kind: 'identity-based policy', document: 1, statement: 1, effect: 'Allow', actions: ['s3:GetObject'] },
      ],
    });
  });

  test('an explicit deny wins over any allow, in any order', () => {
    const denied = { isAllowed: false, reason: 'explicit deny', deniedBy: 'identity-based policy' };
    expect(ask({ identity: [policy(read, deny)] })).toMatchObject(denied);
    expect(ask({ identity: [policy(deny), policy(read)], resource: grantTo(sessionArn) })).toMatchObject(denied);
  });

  test('a statement may stand alone, and a document may have none', () => {
    const Statement = { Effect: 'Allow' as const, ...read };
    expect(isAllowed({ identity: [{ Statement }] })).toBe(true);
    expect(isAllowed({ identity: [{}] })).toBe(false);
  });
});

describe('the resource’s policy in its own account', () => {
  test.each(['resource', 'boundary'] as const)('a deny in the %s’s policy wins', (kind) => {
    const deniedBy = { resource: 'resource-based policy', boundary: 'permissions boundary' }[kind];
    const document = policy(read, { ...deny, Principal: '*' });
    expect(ask({ identity: byIdentity, [kind]: document })).toMatchObject({ reason: 'explicit deny', deniedBy });
  });

  test('a deny in a session policy wins', () => {
    const found = ask({ identity: byIdentity, session: [policy(read), policy(deny)] });
    expect(found).toMatchObject({ reason: 'explicit deny', deniedBy: 'session policy' });
  });

  test.each([
    ['the session', sessionArn],
    ['everyone', '*'],
  ])('naming %s allows without an identity policy, whatever boundary and session policy leave out', (_, AWS) => {
    expect(isAllowed({ resource: grantTo(AWS) })).toBe(true);
    expect(isAllowed({ resource: grantTo(AWS), boundary: nothing, session: [nothing] })).toBe(true);
  });

  test('naming the role allows without an identity policy, within boundary and session policy', () => {
    const resource = grantTo(roleArn);
    expect(isAllowed({ resource })).toBe(true);
    expect(isAllowed({ resource, boundary: policy(read), session: [policy(read)] })).toBe(true);
    expect(ask({ resource, boundary: nothing })).toMatchObject({ deniedBy: 'permissions boundary' });
    expect(ask({ resource, session: [nothing] })).toMatchObject({ deniedBy: 'session policy' });
  });

  test.each([account, `arn:aws:iam::${account}:root`])(
    'naming the account as %s leaves it to identity policies',
    (AWS) => {
      expect(ask({ resource: grantTo(AWS) })).toMatchObject({ isAllowed: false, deniedBy: 'identity-based policy' });
      expect(isAllowed({ identity: byIdentity, resource: grantTo(AWS) })).toBe(true);
    },
  );

  test('a policy that does not name who asks takes nothing away', () => {
    expect(isAllowed({ identity: byIdentity, resource: grantTo(other) })).toBe(true);
  });
});

describe('a resource that nobody may use without its policy', () => {
  const isResourcePolicyRequired = true;
  test('is closed where the policy is silent, or there is none', () => {
    const lacking = { reason: 'implicit deny', deniedBy: 'resource-based policy' };
    expect(ask({ identity: byIdentity, isResourcePolicyRequired })).toMatchObject(lacking);
    expect(ask({ identity: byIdentity, resource: grantTo(other), isResourcePolicyRequired })).toMatchObject(lacking);
  });

  test('naming the account lets identity policies decide', () => {
    const policies = { resource: grantTo(account), isResourcePolicyRequired };
    expect(isAllowed({ ...policies, identity: byIdentity })).toBe(true);
    expect(ask(policies)).toMatchObject({ deniedBy: 'identity-based policy' });
  });

  test('naming the role is enough', () => {
    expect(isAllowed({ resource: grantTo(roleArn), isResourcePolicyRequired })).toBe(true);
  });
});

describe('another account’s resource', () => {
  test.each([
    ['account', account],
    ['role', roleArn],
    ['session', sessionArn],
    ['everyone', '*'],
  ])('needs both sides, where its policy names the %s', (_, AWS) => {
    const resource = grantTo(AWS);
    expect(isAllowed({ identity: byIdentity, resource }, elsewhere)).toBe(true);
    expect(ask({ resource }, elsewhere)).toMatchObject({ deniedBy: 'identity-based policy' });
  });

  test('an identity policy alone does not reach it', () => {
    const lacking = { isAllowed: false, reason: 'implicit deny', deniedBy: 'resource-based policy' };
    expect(ask({ identity: byIdentity }, elsewhere)).toMatchObject(lacking);
  });

  test('an ARN tells whose it is', () => {
    const identity = [policy({ Action: 'ecs:*', Resource: '*' })];
    const request = { action: 'ecs:UpdateService' };
    const arn = (owner: string) => `arn:aws:ecs:us-east-1:${owner}:service/c/s`;
    expect(isAllowed({ identity }, { ...request, resource: arn(account) })).toBe(true);
    expect(isAllowed({ identity }, { ...request, resource: arn(other) })).toBe(false);
    expect(isAllowed({ identity }, { ...request, resource: '*' })).toBe(true);
  });
});

describe('limits of identity policies', () => {
  test('a boundary allows nothing by itself', () => {
    expect(ask({ boundary: policy(read) })).toMatchObject({ deniedBy: 'identity-based policy' });
  });

  test('boundary, session policy and identity policy have to allow', () => {
    expect(isAllowed({ identity: byIdentity, boundary: policy(read), session: [policy(read)] })).toBe(true);
    expect(ask({ identity: byIdentity, boundary: nothing })).toMatchObject({ deniedBy: 'permissions boundary' });
    expect(ask({ identity: byIdentity, session: [nothing] })).toMatchObject({ deniedBy: 'session policy' });
    expect(isAllowed({ identity: byIdentity, session: [nothing, policy(read)] })).toBe(true);
  });
});

describe('services and identity providers', () => {
  const service = { kind: 'Service', name: 'ecs-tasks.amazonaws.com' } as const;
  const provider = { kind: 'Federated', name: `arn:aws:iam::${account}:oidc-provider/token.example` } as const;

  test('are admitted by the resource’s policy alone', () => {
    const resource = policy({ ...read, Principal: { Service: ['x.amazonaws.com', service.name] } });
    expect(isAllowed({ resource }, { principal: service })).toBe(true);
    expect(isAllowed({ resource }, { principal: session })).toBe(false);
    expect(ask({ identity: byIdentity }, { principal: service })).toMatchObject({ deniedBy: 'resource-based policy' });
  });

  test('are told apart by kind', () => {
    const resource = policy({ ...read, Principal: { Federated: provider.name } });
    expect(isAllowed({ resource }, { principal: provider })).toBe(true);
    expect(isAllowed({ resource: grantTo(provider.name) }, { principal: provider })).toBe(false);
    expect(isAllowed({ resource: grantTo(service.name) }, { principal: service })).toBe(false);
  });
});

test('every statement that applied is told, whatever its kind', () => {
  const found = ask({
    identity: [policy({ ...read, Action: ['s3:Get*', 's3:GetObject', 's3:Put*'] })],
    resource: policy({ NotAction: 'ecs:*', Principal: '*' }),
    boundary: policy({ ...read, Resource: bucket }, deny),
    session: [policy(read)],
  });
  expect(found.matches).toEqual([
    { kind: 'identity-based policy', document: 0, statement: 0, effect: 'Allow', actions: ['s3:Get*', 's3:GetObject'] },
    { kind: 'resource-based policy', document: 0, statement: 0, effect: 'Allow', actions: [] },
    { kind: 'permissions boundary', document: 0, statement: 1, effect: 'Deny', actions: ['*'] },
    { kind: 'session policy', document: 0, statement: 0, effect: 'Allow', actions: ['s3:GetObject'] },
  ]);
});

import type { ChangeException } from '../../declarations/change-exception';
import { declareEnvironment, type Environment } from '../../declarations/environment';
import { basePath, hasData, stackKinds, taskRange, taskSize, usesDatabase } from '../../declarations/effective';
import { systemNamed } from '../../stages/systems';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { environments } from '../stacks/support';

const [dev, staging, prod] = environments as [Environment, Environment, Environment];
const [api] = paymentPlatform.services as [(typeof paymentPlatform.services)[number]];

const exception: ChangeException = {
  ...{ stack: 'payment-data-prod', resource: 'Database', allow: 'replace', reason: 'It was moved on Monday.' },
  commits: { from: 'a'.repeat(40), to: 'b'.repeat(40) },
};

test('an exception names a resource by its logical id, or by type and name', () => {
  const named = { ...exception, resource: { type: 'AWS::RDS::DBCluster', name: 'payment-prod' } };
  const exceptions = [exception, named];
  expect(declareEnvironment({ ...prod, exceptions }).exceptions).toEqual(exceptions);
  expect(declareEnvironment({ ...prod, exceptions: undefined }).exceptions).toEqual([]);
});

test('a valid environment comes back as it is', () => {
  expect(declareEnvironment(prod)).toEqual(prod);
  expect(declareEnvironment({ ...prod, testers: undefined }).testers).toEqual([]);
});

test.each<[string, Partial<Environment>, string[]]>([
  ['name', { name: 'Production-Environment' }, ['name', 'at most 12']],
  ['account', { account: '1234' }, ['account', 'an AWS account number has 12 digits']],
  ['region', { region: 'virginia' }, ['region', "a region looks like 'us-east-1'"]],
  ['zone', { zones: ['a', 'us-east-1b'] }, ['zones[1]', 'a zone is one letter']],
  ['one zone', { zones: ['a'] }, ['zones', '>=2']],
  [
    'not a certificate',
    { certificate: { arn: 'arn:aws:s3:::bucket' } },
    ['certificate.arn', 'not the ARN of an ACM certificate'],
  ],
  [
    'not a hosted zone',
    { certificate: { domainName: 'pay.example.com', hostedZoneId: 'zone' } },
    ['certificate.hostedZoneId', 'the id of a hosted zone looks like'],
  ],
  ['not a range', { testers: ['192.0.2.10'] }, ['testers[0]', 'an address range looks like 192.0.2.10/32']],
  ['NAT gateways', { natGateways: 'none' as 'one' }, ['natGateways', '"one"|"one-per-zone"']],
  ['traffic shift', { trafficShift: 'canary' as 'linear' }, ['trafficShift', '"all-at-once"|"linear"']],
  ...(
    [
      ['half a commit', { commits: { from: 'abc', to: 'b'.repeat(40) } }, ['commits.from', 'the whole id of a commit']],
      ['no end of commits', { commits: { from: 'b'.repeat(40) } as never }, ['commits.to']],
      ['no reason', { reason: ' because  ' }, ['reason', 'say why it is meant']],
      ['another kind of change', { allow: 'anything' as 'modify' }, ['allow', '"replace"|"delete"|"modify"']],
      ['no stack', { stack: '' }, ['stack', "give the stack's name"]],
      ['a resource of no kind', { resource: 'a/b' }, ['resource']],
      ['a type without a name', { resource: { type: 'AWS::S3::Bucket', name: '' } }, ['resource']],
      ['no type', { resource: { type: 'bucket', name: 'x' } }, ['resource']],
      ['an unknown field', { ressource: 'x' } as never, ['exceptions[0]', 'ressource']],
    ] as [string, Partial<ChangeException>, string[]][]
  ).map(([what, more, [field, ...parts]]): [string, Partial<Environment>, string[]] => [
    `an exception with ${what}`,
    { exceptions: [{ ...exception, ...more }] },
    [`exceptions[0]${field!.startsWith('exceptions') ? '' : `.${field}`}`, ...parts],
  ]),
])('an error names the field and what is allowed: %s', (_, change, parts) => {
  let message = '';
  try {
    declareEnvironment({ ...prod, ...change });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(/^Environment '.+' is not valid/);
  for (const part of parts) expect(message).toContain(part);
});

test.each([
  ['half of a big one', dev, { cpu: 2048, memory: 4096 }, { cpu: 1024, memory: 2048 }],
  ['0.5 vCPU and 1 GB at least', dev, { cpu: 512, memory: 1024 }, { cpu: 512, memory: 1024 }],
  ['as declared elsewhere', prod, { cpu: 2048, memory: 4096 }, { cpu: 2048, memory: 4096 }],
])('task size: %s', (_, environment, declared, expected) => {
  expect(taskSize({ ...api, ...declared }, environment)).toEqual(expected);
});

test.each([
  ['dev has 1 to 3', dev, 3, 10, { minimum: 1, maximum: 3 }],
  ['staging has 2', staging, 3, 10, { minimum: 2, maximum: 10 }],
  ['staging has the minimum of the table where that is lower', staging, 1, 10, { minimum: 1, maximum: 10 }],
  ['prod has the table', prod, 3, 10, { minimum: 3, maximum: 10 }],
])('task range: %s', (_, environment, minimum, maximum, expected) => {
  expect(taskRange({ ...api, scaling: { ...api.scaling, minimum, maximum } }, environment)).toEqual(expected);
});

test.each([
  [
    'payment-platform',
    [
      'access',
      'network',
      'data',
      'platform',
      'payment-api',
      'fraud-detection',
      'transaction-processor',
      'notification-service',
      'observability',
    ],
  ],
  ['ecs-payments', ['access', 'network', 'platform', 'payment-api', 'fraud-detection', 'notification-service']],
  ['payment-processor', ['access', 'network', 'data', 'platform', 'payment-processor']],
])('stacks of %s, in the order of their deploy', (name, kinds) => {
  expect(stackKinds(systemNamed(name))).toEqual(kinds);
});

test('where the requests of a service begin, and whether it uses the database', () => {
  expect(basePath(api)).toBe('/api/payments/');
  expect([usesDatabase(api), usesDatabase({ secrets: { API_SECRET: 'api-credentials' } })]).toEqual([true, false]);
  expect([hasData({ secrets: [] }), hasData(paymentPlatform)]).toEqual([false, true]);
});

import { environmentsOf, toolingOf } from '../../stages/environments';
import { placeholderAccounts, readConfiguration } from '../../stages/configuration';
import { systemNamed, systems } from '../../stages/systems';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { paymentProcessor } from '../../stages/systems/payment-processor';

const configuration = readConfiguration();
const { dev, staging, prod } = configuration.environments as Record<
  string,
  NonNullable<typeof configuration.environments.dev>
>;
/** The configuration with another dev. */
const withDev = (change: Partial<NonNullable<typeof dev>>) => ({
  ...configuration,
  environments: { dev: { ...dev!, ...change }, staging: staging!, prod: prod! },
});

test.each(systems)('configuration.json is valid for $name, and every environment of it is declared', (system) => {
  expect(environmentsOf(configuration, system).map((e) => e.name)).toEqual(['dev', 'staging', 'prod']);
});

test.each<[string, object, string[]]>([
  ['an account', { tooling: { account: '12' } }, ['tooling.account', '12 digits']],
  ['a repository', { repository: 'name' }, ['repository', "'owner/name'"]],
  ['a connection', { connectionArn: 'arn:aws:s3:::x' }, ['connectionArn', 'not the ARN of a connection']],
  ['an operator', { operators: ['arn:aws:iam::111111111111:role/*'] }, ['operators[0]', 'one role or user']],
  ['a field nobody knows', { regoin: 'x' }, ['regoin']],
  [
    'a certificate',
    { environments: { dev: { account: '999999999991', certificateArns: ['arn:aws:s3:::x'] } } },
    ['environments.dev.certificateArns[0]', 'not the ARN of an ACM certificate'],
  ],
  [
    'a domain name',
    { environments: { dev: { account: '999999999991', domainName: 'pay' } } },
    ['environments.dev.domainName', "looks like 'payments.example.com'"],
  ],
])('an error names the field and what is allowed: %s', (_, change, parts) => {
  for (const part of ['configuration.json is not valid', ...parts]) {
    expect(() => readConfiguration({ ...configuration, ...change })).toThrow(part);
  }
});

test('an environment has three zones and nothing else by default', () => {
  const { environments } = readConfiguration({ ...configuration, environments: { dev: { account: '999999999991' } } });
  expect(environments.dev).toEqual({
    account: '999999999991',
    zones: ['a', 'b', 'c'],
    certificateArns: [],
    testers: [],
  });
});

test("region and number of zones are the system's where the configuration says nothing else", () => {
  const [here] = environmentsOf(configuration, paymentPlatform);
  const [there] = environmentsOf(configuration, paymentProcessor);
  expect([here!.region, here!.zones]).toEqual(['us-east-1', ['a', 'b', 'c']]);
  expect([there!.region, there!.zones]).toEqual(['us-east-2', ['a', 'b']]);
  const certificateArns = [`arn:aws:acm:eu-west-1:${dev!.account}:certificate/one`];
  const [moved] = environmentsOf(
    withDev({ region: 'eu-west-1', zones: ['b', 'c', 'd'], certificateArns }),
    paymentProcessor,
  );
  expect([moved!.region, moved!.zones]).toEqual(['eu-west-1', ['b', 'c']]);
});

test('the pipeline lives in the configured region, or in that of the system', () => {
  expect(toolingOf(configuration, paymentProcessor)).toEqual({ account: '111111111111', region: 'us-east-2' });
  const tooling = { account: '999999999990', region: 'eu-west-1' };
  expect(toolingOf({ ...configuration, tooling }, paymentProcessor)).toEqual(tooling);
});

test('an environment without a place, and a place without an environment, are errors', () => {
  expect(() =>
    environmentsOf({ ...configuration, environments: { dev: dev!, staging: staging! } }, paymentPlatform),
  ).toThrow("configuration.json has no account for environment 'prod': add environments.prod");
  const environments = { dev: dev!, staging: staging!, prod: prod!, qa: dev! };
  expect(() => environmentsOf({ ...configuration, environments }, paymentPlatform)).toThrow(
    'configuration.json has environments that stages/environments.ts does not declare: qa',
  );
});

test('an environment of another system is no part of the delivery', () => {
  const mixed = withDev({ system: 'multi-tier' });
  expect(environmentsOf(mixed, paymentPlatform).map((e) => e.name)).toEqual(['staging', 'prod']);
  expect(environmentsOf(mixed, systemNamed('multi-tier')).map((e) => e.name)).toEqual(['dev', 'staging', 'prod']);
});

describe('the certificate', () => {
  const zone = { domainName: 'pay.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
  const certificateOf = (change: Partial<NonNullable<typeof dev>>) =>
    environmentsOf(withDev(change), paymentPlatform)[0]!.certificate;
  const arn = `arn:aws:acm:us-east-1:${dev!.account}:certificate/one`;

  test('is the one for the region and account, with its name where there is one', () => {
    const certificateArns = [`arn:aws:acm:eu-west-1:${dev!.account}:certificate/two`, arn];
    expect(certificateOf({ certificateArns })).toEqual({ arn });
    expect(certificateOf({ certificateArns, domainName: 'pay.example.com' })).toEqual({
      arn,
      domainName: 'pay.example.com',
    });
  });

  test('is made where there is a name in a hosted zone', () => {
    expect(certificateOf({ certificateArns: [], ...zone })).toEqual(zone);
  });

  test('is either of the two', () => {
    expect(() => certificateOf({ certificateArns: [arn], ...zone })).toThrow(
      'environments.dev in configuration.json has a certificate and a hosted zone to make one in: keep either',
    );
  });

  test.each<[string, Partial<NonNullable<typeof dev>>]>([
    ['is missing', { certificateArns: [] }],
    ['is in another region', { certificateArns: [`arn:aws:acm:eu-west-1:${dev!.account}:certificate/two`] }],
    ['is in another account', { certificateArns: ['arn:aws:acm:us-east-1:999999999999:certificate/two'] }],
    ['has a name without a zone', { certificateArns: [], domainName: 'pay.example.com' }],
  ])('%s: an error at synthesis that says what to do', (_, change) => {
    const message = 'environments.dev in configuration.json has no certificate for account 222222222222 in us-east-1.';
    expect(() => certificateOf(change)).toThrow(message);
    expect(() => certificateOf(change)).toThrow('npm run certificate -- --self-signed --stage dev');
  });
});

test('placeholder accounts are found by their entry', () => {
  const place = (account: string) => ({ ...dev!, account });
  const environments = { dev: place('123456789012'), staging: place('333333333333'), prod: place('484848484848') };
  const tooling = { account: '210987654321', region: 'us-east-1' };
  expect(placeholderAccounts({ ...configuration, tooling, environments })).toEqual(['dev', 'staging']);
});

test('an unknown system is an error that lists the known ones', () => {
  expect(systemNamed('payment-platform').prefix).toBe('payment');
  expect(() => systemNamed('billing')).toThrow(
    "There is no system 'billing'. Known systems: payment-platform, ecs-payments, payment-processor, multi-tier",
  );
});

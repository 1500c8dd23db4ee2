import { placeholderAccounts, readConfiguration } from '../../stages/configuration';
import { environmentsOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';

const configuration = readConfiguration();

test('configuration.json is valid, and every environment of it is declared', () => {
  expect(environmentsOf(configuration).map((e) => e.name)).toEqual(['dev', 'staging', 'prod']);
});

test.each<[string, object, string[]]>([
  ['an account', { tooling: { account: '12' } }, ['tooling.account', '12 digits']],
  ['a repository', { repository: 'name' }, ['repository', "'owner/name'"]],
  ['a connection', { connectionArn: 'arn:aws:s3:::x' }, ['connectionArn', 'not the ARN of a connection']],
  ['a field nobody knows', { regoin: 'x' }, ['regoin']],
])('an error names the field and what is allowed: %s', (_, change, parts) => {
  for (const part of ['configuration.json is not valid', ...parts]) {
    expect(() => readConfiguration({ ...configuration, ...change })).toThrow(part);
  }
});

test('region and zones have defaults', () => {
  const { environments } = readConfiguration({ ...configuration, environments: { dev: { account: '999999999991' } } });
  expect(environments.dev).toEqual({ account: '999999999991', region: 'us-east-1', zones: ['a', 'b', 'c'] });
});

test('an environment without a place, and a place without an environment, are errors', () => {
  const { dev, staging, prod } = configuration.environments as Record<
    string,
    NonNullable<typeof configuration.environments.dev>
  >;
  expect(() => environmentsOf({ ...configuration, environments: { dev: dev!, staging: staging! } })).toThrow(
    "configuration.json has no account for environment 'prod': add environments.prod",
  );
  expect(() =>
    environmentsOf({ ...configuration, environments: { dev: dev!, staging: staging!, prod: prod!, qa: dev! } }),
  ).toThrow('configuration.json has environments that stages/environments.ts does not declare: qa');
});

test('an environment without a certificate is an error at synthesis', () => {
  const { dev } = configuration.environments;
  const environments = { ...configuration.environments, dev: { ...dev!, certificateArn: undefined } };
  expect(() => environmentsOf({ ...configuration, environments })).toThrow('HTTPS listeners have no default one');
});

test('placeholder accounts are found by their entry', () => {
  const place = (account: string) => ({ account, region: 'us-east-1', zones: ['a', 'b'] });
  const environments = { dev: place('123456789012'), staging: place('333333333333'), prod: place('484848484848') };
  const tooling = { account: '210987654321', region: 'us-east-1' };
  expect(placeholderAccounts({ ...configuration, tooling, environments })).toEqual(['dev', 'staging']);
});

test('an unknown system is an error that lists the known ones', () => {
  expect(systemNamed('payment-platform').prefix).toBe('payment');
  expect(() => systemNamed('billing')).toThrow("There is no system 'billing'. Known systems: payment-platform");
});

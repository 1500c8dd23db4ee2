import { declareSystem } from '../../declarations/system';
import { refuseCollisions } from '../../stages/collisions';
import { readConfiguration } from '../../stages/configuration';
import { systems } from '../../stages/systems';
import { ecsPayments } from '../../stages/systems/ecs-payments';
import { multiTier } from '../../stages/systems/multi-tier';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { paymentProcessor } from '../../stages/systems/payment-processor';

/** A configuration with these environments, by name: account, and the system where it is another one. */
const configuration = (environments: Record<string, { account: string; system?: string; region?: string }>) =>
  readConfiguration({ ...readConfiguration(), environments });
const account = '999999999991';

test.each(systems)('$name has no collisions, in three accounts or in one', (system) => {
  expect(() => refuseCollisions(readConfiguration(), system)).not.toThrow();
  const inOne = configuration({ dev: { account }, staging: { account }, prod: { account } });
  expect(() => refuseCollisions(inOne, system)).not.toThrow();
});

test('a second system in the same account and region has an environment of another name', () => {
  const beside = configuration({
    dev: { account },
    second: { account, system: 'payment-processor', region: 'us-east-1' },
  });
  expect(() => refuseCollisions(beside, paymentPlatform)).not.toThrow();
});

test('names that two systems would both have are an error that names both', () => {
  // payment-{processor-d} and payment-processor-{d}.
  const environments = { 'processor-d': { account }, d: { account, system: 'payment-processor', region: 'us-east-1' } };
  expect(() => refuseCollisions(configuration(environments), paymentPlatform)).toThrow(
    `Namespace 'payment-processor-d.internal' in ${account}, us-east-1 would be made twice, for payment-platform in ` +
      "'processor-d' and for payment-processor in 'd': give one of the environments another name, in configuration.json and stages/environments.ts",
  );
});

test('the same names in another region or account collide only where they are of the account', () => {
  const environments = { 'processor-d': { account }, d: { account: '999999999992', system: 'payment-processor' } };
  expect(() => refuseCollisions(configuration(environments), paymentPlatform)).not.toThrow();
});

test("roles are the account's: they collide across regions", () => {
  const [service] = paymentProcessor.services;
  const system = declareSystem({
    ...paymentProcessor,
    services: [
      { ...service!, name: 'payment-exec-role', path: '/a/*' },
      { ...service!, name: 'payment', port: 8090, path: '/b/*' },
    ],
  });
  // The task role of payment-exec-role in d, and the execution role of payment in task-role-d.
  const environments = { 'task-role-d': { account, region: 'eu-west-1' }, d: { account } };
  expect(() => refuseCollisions(configuration(environments), system)).toThrow(
    `Role 'payment-exec-role-task-role-d' in ${account} would be made twice, for payment-processor in 'task-role-d' and ` +
      "for payment-processor in 'd'",
  );
});

test('services whose target groups are cut to the same name are an error', () => {
  const [api] = paymentPlatform.services;
  const system = declareSystem({
    ...paymentPlatform,
    services: [
      { ...api!, calls: [], name: 'transaction-processor-one', path: '/one/*' },
      { ...api!, calls: [], name: 'transaction-processor-two', port: 8090, path: '/two/*' },
    ],
  });
  expect(() => refuseCollisions(configuration({ dev: { account } }), system)).toThrow(
    `Target group 'transaction-processo-tg-dev-blue' in ${account}, us-east-1 would be made twice, both times for ` +
      "payment-platform in 'dev': give one of its services another name",
  );
});

test.each([
  ['of the same prefix: the pipelines', ecsPayments, "The pipeline 'payment-delivery' in 111111111111, us-east-1"],
  ['with services of one name: the repositories', multiTier, "Repository 'payment-api' in 111111111111, us-east-1"],
])('two systems %s need a tooling account or region each', (_, other, what) => {
  const environments = { dev: { account }, second: { account, system: other.name } };
  expect(() => refuseCollisions(configuration(environments), paymentPlatform)).toThrow(
    `${what} would be made twice, for payment-platform and for ${other.name}: deliver one of the systems by a ` +
      'configuration with another tooling account or region',
  );
});

test('an environment may name the delivered system', () => {
  const environments = { dev: { account, system: 'payment-platform' }, staging: { account } };
  expect(() => refuseCollisions(configuration(environments), paymentPlatform)).not.toThrow();
});

import { Names, shorten, stepRole } from '../../declarations/names';

const names = new Names({ prefix: 'payment', logGroupPrefix: '/ecs/payment-platform' }, { name: 'prod' });
const api = { name: 'payment-api' };

test.each([
  [names.vpc, 'payment-vpc-prod'],
  [names.cluster, 'payment-cluster-prod'],
  [names.loadBalancer, 'payment-alb-prod'],
  [names.codeDeployApplication, 'payment-prod'],
  [names.stack('network'), 'payment-network-prod'],
  [names.service(api), 'payment-api-prod'],
  [names.executionRole(api), 'payment-api-exec-role-prod'],
  [names.taskRole(api), 'payment-api-task-role-prod'],
  [names.deploymentGroup(api), 'payment-api-dg-prod'],
  [names.targetGroup(api, 'blue'), 'payment-api-tg-prod-blue'],
  [names.logGroup(api), '/ecs/payment-platform/payment-api-prod'],
  [names.promotedParameter(api), '/payment/prod/payment-api/promoted'],
  [stepRole('payment', 'release', 'prod'), 'payment-release-step-prod'],
])('%s', (name, expected) => {
  expect(name).toBe(expected);
});

test.each([
  ['transaction-processor', '-tg-staging-green', 'transaction-pro-tg-staging-green'],
  ['notification-service', '-tg-staging-green', 'notification-se-tg-staging-green'],
  ['a-name-with-a-hyphen-where-it-is-cut', '-tg-prod-green-x', 'a-name-with-a-hy-tg-prod-green-x'],
  ['fourteen-chars-x', '-tg-staging-green', 'fourteen-chars-tg-staging-green'],
])('%s is shortened to 32 characters, never with two hyphens', (front, back, expected) => {
  expect(shorten(front, back, 32)).toBe(expected);
});

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
  [names.alarmTopic, 'payment-alarms-prod'],
  [names.namespace, 'payment-prod.internal'],
  [names.flowLogGroup, '/aws/vpc/payment-prod'],
  [names.flowLogRole, 'payment-flow-log-role-prod'],
  [names.probe, 'payment-probe-prod'],
  [names.probeRole, 'payment-probe-role-prod'],
  [names.probeLogGroup, '/aws/lambda/payment-probe-prod'],
  [names.endpoints, 'payment-endpoints-prod'],
  [names.servicesGroup, 'payment-services-prod'],
  [names.dashboard, 'payment-dashboard-prod'],
  [names.database, 'payment-database-prod'],
  [names.databaseMonitoringRole, 'payment-database-monitoring-role-prod'],
  [names.databaseEndpointParameter, '/payment/prod/database/endpoint'],
  [names.keyAlias('database'), 'alias/payment-database-prod'],
  [names.secret({ name: 'db-credentials' }), 'db-credentials-prod'],
  [names.deliveryRole('checks'), 'payment-delivery-checks-prod'],
  [names.codeDeployRole(api), 'payment-api-codedeploy-role-prod'],
  [names.alarm(api, 'cpu'), 'payment-api-cpu-prod'],
  [names.scalingPolicy(api, 'cpu'), 'payment-api-cpu-scaling-prod'],
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

import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { ContinueDeploymentCommand, type DeploymentInfo, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { promote } from '../../promotion/promote';
import { stop } from '../../promotion/stop';
import { api, fraud, liveApi, liveFraud, mockCloud, revisionOf, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => {
  cloud = mockCloud();
  cloud.service('fraud-detection', liveFraud(fraud.new));
  cloud.service('payment-api', liveApi(api.old, api.new));
  cloud.elasticLoadBalancing.on(DescribeRulesCommand).resolves({});
});
afterEach(() => cloud.restore());

const identity = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: 'service/payment-cluster-dev/payment-api-dev',
} as const;
const target = (SuspendedState?: ScalableTarget['SuspendedState']): ScalableTarget => ({
  ...identity,
  ...{ MinCapacity: 2, MaxCapacity: 6, RoleARN: 'arn:role', CreationTime: new Date(0), SuspendedState },
});
const toSuspend = { ...identity, SuspendedState: { DynamicScalingInSuspended: true } };
const toResume = { ...identity, SuspendedState: { DynamicScalingInSuspended: false } };
const byHand =
  'aws application-autoscaling register-scalable-target --region us-east-1 --service-namespace ecs ' +
  '--scalable-dimension ecs:service:DesiredCount --resource-id service/payment-cluster-dev/payment-api-dev ' +
  '--suspended-state DynamicScalingInSuspended=false';

/** A target that remembers; `suspended` is how it begins. */
function scalable(suspended = false): void {
  let state = { DynamicScalingInSuspended: suspended };
  cloud.applicationAutoScaling
    .on(DescribeScalableTargetsCommand, { ServiceNamespace: 'ecs', ResourceIds: [identity.ResourceId] })
    .callsFake(() => ({ ScalableTargets: [target(state)] }))
    .on(RegisterScalableTargetCommand)
    .callsFake((input) => ((state = input.SuspendedState), {}));
}
const held = (...after: DeploymentInfo[]) =>
  cloud.inFlight('d-1', { status: 'Ready', revision: revisionOf(api.new) }, { status: 'Ready' }, ...after);
const registered = () => cloud.sent('applicationAutoScaling', 'RegisterScalableTarget');

test('a promotion suspends before traffic shifts and resumes afterwards', async () => {
  scalable();
  held({ status: 'Succeeded' });
  cloud.codeDeploy.on(ContinueDeploymentCommand).callsFake(() => {
    expect(registered()).toEqual([toSuspend]);
    return {};
  });
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toHaveLength(1);
  expect(registered()).toEqual([toSuspend, toResume]);
  expect(run.lines).toEqual([
    'payment-api: scaling in is suspended.',
    'payment-api: deployment d-1 continues; traffic shifts.',
    'payment-api: Succeeded, production sends 0 % to the new revision',
    'payment-api: promoted, payment-api-dev:2 serves.',
    'payment-api: scaling in is resumed.',
    'dev now runs commit c0ffee.',
  ]);
});

test.each<[string, () => void]>([
  ['ends', () => held({ status: 'Stopped' })],
  ['cannot be looked at', () => (held(), cloud.elasticLoadBalancing.on(DescribeRulesCommand).rejects(new Error('no')))],
  ['cannot go on', () => (held(), cloud.codeDeploy.on(ContinueDeploymentCommand).rejects(new Error('no')))],
])('a failed promotion resumes too: the deployment %s', async (_, fail) => {
  scalable();
  fail();
  expect(await promote(work())).toBe(false);
  expect(registered()).toEqual([toSuspend, toResume]);
});

test('a service that does not scale is promoted as it is', async () => {
  cloud.applicationAutoScaling.on(DescribeScalableTargetsCommand).resolves({ ScalableTargets: [] });
  held({ status: 'Succeeded' });
  expect(await promote(work())).toBe(true);
  expect(registered()).toEqual([]);
});

test('traffic does not shift where scaling in cannot be suspended', async () => {
  scalable();
  cloud.applicationAutoScaling.on(RegisterScalableTargetCommand).rejects(new Error('not allowed'));
  held();
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.lines[0]).toBe(
    'payment-api: not promoted. Scaling in cannot be suspended, so traffic does not shift: not allowed',
  );
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toEqual([]);
});

test.each([
  ['Succeeded', true],
  ['Failed', false],
] as const)(
  'a deployment that ends %s is told as such where scaling in cannot be resumed',
  async (status, promoted) => {
    scalable();
    cloud.applicationAutoScaling.on(RegisterScalableTargetCommand, toResume).rejects(new Error('throttled'));
    held({ status });
    const run = work();
    expect(await promote(run)).toBe(promoted);
    expect(run.text()).toContain('scaling in may still be suspended, because it could not be resumed: throttled');
    expect(run.text()).toContain(`Resume it with credentials of account 222222222222: ${byHand}`);
  },
);

test('a second try of a killed promotion resumes, though nothing is left to promote', async () => {
  scalable(true);
  cloud.service('payment-api', liveApi(api.new));
  expect(await promote(work())).toBe(true);
  expect(registered()).toEqual([toResume]);
});

describe('stop', () => {
  beforeEach(() => cloud.service('payment-api', liveApi(api.old)));

  test('resumes what a killed promotion left suspended, after the rollback', async () => {
    scalable(true);
    held({ status: 'Stopped' });
    const run = work();
    expect(await stop(run)).toBe(true);
    expect(registered()).toEqual([toResume]);
    expect(run.lines.slice(1, 3)).toEqual([
      'payment-api: deployment d-1 is rolled back; payment-api-dev:1 serves.',
      'payment-api: scaling in is resumed.',
    ]);
  });

  test('leaves scaling alone while traffic may still shift', async () => {
    scalable(true);
    held();
    cloud.codeDeploy.on(StopDeploymentCommand).rejects(new Error('not allowed'));
    expect(await stop(work())).toBe(false);
    expect(registered()).toEqual([]);
  });

  test('has not put everything back where scaling in cannot be resumed', async () => {
    cloud.applicationAutoScaling.on(DescribeScalableTargetsCommand).rejects(new Error('not allowed'));
    const run = work();
    expect(await stop(run)).toBe(false);
    expect(run.text()).toContain(byHand);
  });
});

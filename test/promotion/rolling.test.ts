import type { Service as EcsService } from '@aws-sdk/client-ecs';
import { CreateDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { bringRollingServiceTo, putBackRollingServices } from '../../promotion/rolling';
import { release } from '../../promotion/release';
import { promote } from '../../promotion/promote';
import { stageNamed } from '../../promotion/stage';
import { api, arn, fraud, liveApi, liveFraud, mockCloud, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => (cloud = mockCloud()));
afterEach(() => cloud.restore());

const rolling: Partial<EcsService> = {
  deployments: [
    { status: 'ACTIVE', taskDefinition: fraud.new, rolloutState: 'COMPLETED' },
    { status: 'PRIMARY', taskDefinition: fraud.old, rolloutState: 'IN_PROGRESS', runningCount: 1, desiredCount: 2 },
  ],
};
test('a service is put back to the revision that was promoted', async () => {
  cloud.ssm
    .on(GetParameterCommand, { Name: '/payment/dev/fraud-detection/promoted' })
    .resolves({ Parameter: { Value: fraud.old } });
  cloud.service('fraud-detection', liveFraud(fraud.new), { deployments: [] }, rolling, liveFraud(fraud.old));
  const run = work();
  expect(await putBackRollingServices(run)).toBe(true);
  expect(cloud.sent('ecs', 'UpdateService')).toEqual([
    { cluster: 'payment-cluster-dev', service: 'fraud-detection-dev', taskDefinition: fraud.old },
  ]);
  expect(run.lines).toEqual([
    'fraud-detection: going back from fraud-detection-dev:8 to fraud-detection-dev:7.',
    'fraud-detection: 0 of 0 tasks of fraud-detection-dev:7 run',
    'fraud-detection: 1 of 2 tasks of fraud-detection-dev:7 run',
    'fraud-detection: fraud-detection-dev:7 runs, and nothing else.',
  ]);
});

test('a record that cannot be read is told', async () => {
  cloud.ssm.on(GetParameterCommand).rejects(new Error('not allowed'));
  const run = work();
  expect(await putBackRollingServices(run)).toBe(false);
  expect(run.lines).toEqual(['fraud-detection: not put back. not allowed']);
});

test('a service that does not get there in time is told', async () => {
  cloud.service('fraud-detection', liveFraud(fraud.old), rolling);
  const run = work();
  await expect(bringRollingServiceTo(run, run.stage.system.services[1]!, fraud.new)).rejects.toThrow(
    new Error('waited 60 s for fraud-detection to roll to fraud-detection-dev:8'),
  );
});

test('a service that an earlier stop had put back is rolled to its stack again; a failure tells why', async () => {
  cloud.service('fraud-detection', liveFraud(fraud.old), liveFraud(fraud.old), {
    deployments: [
      { status: 'PRIMARY', taskDefinition: fraud.new, rolloutState: 'FAILED', rolloutStateReason: 'circuit breaker' },
    ],
  });
  cloud.ecs.on(ListTasksCommand).resolves({ taskArns: ['arn:task/c/t1'] });
  cloud.ecs.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: 'arn:task/c/t1', taskDefinitionArn: fraud.new }] });
  const run = work();
  const service = run.stage.system.services[1]!;
  await expect(bringRollingServiceTo(run, service, fraud.new)).rejects.toThrow(
    'fraud-detection did not roll to fraud-detection-dev:8: circuit breaker\n  task t1 stopped: no reason given',
  );
  expect(cloud.sent('elasticLoadBalancing', 'DescribeTargetHealth')).toEqual([]);
  expect(run.lines[0]).toBe(
    'fraud-detection: runs fraud-detection-dev:7, the stack has fraud-detection-dev:8; rolling to it.',
  );
});

describe('with several rolling services', () => {
  const stage = stageNamed('dev', 'ecs-payments');
  const notification = { old: arn('notification-service-dev', 3), new: arn('notification-service-dev', 4) };
  beforeEach(() => {
    cloud.service('fraud-detection', liveFraud(fraud.new), liveFraud(fraud.old));
    cloud.service('notification-service', liveFraud(notification.new), liveFraud(notification.old));
    promoted('fraud-detection', fraud.old);
    promoted('notification-service', notification.old);
  });
  const promoted = (name: string, Value: string) =>
    cloud.ssm.on(GetParameterCommand, { Name: `/payment/dev/${name}/promoted` }).resolves({ Parameter: { Value } });
  const updated = () => cloud.sent('ecs', 'UpdateService').map((input) => Object.values(input).at(-1) as string);

  test('each is put back to its own revision', async () => {
    expect(await putBackRollingServices(work({ stage }))).toBe(true);
    expect(updated()).toEqual([fraud.old, notification.old]);
  });

  test('one that cannot be put back does not keep the others from it', async () => {
    cloud.ssm
      .on(GetParameterCommand, { Name: '/payment/dev/fraud-detection/promoted' })
      .rejects(new Error('throttled'));
    const run = work({ stage });
    expect(await putBackRollingServices(run)).toBe(false);
    expect(updated()).toEqual([notification.old]);
    expect(run.lines[0]).toBe('fraud-detection: not put back. throttled');
  });

  test('a release that fails puts all of them back, also those that had rolled with the deploy', async () => {
    cloud.service('fraud-detection', liveFraud(fraud.new), liveFraud(fraud.new), liveFraud(fraud.old));
    cloud.service(
      'notification-service',
      liveFraud(notification.new),
      liveFraud(notification.new),
      liveFraud(notification.old),
    );
    cloud.outputs('payment-notification-service-dev', { TaskDefinitionArn: notification.new });
    cloud.service('payment-api', {});
    cloud.codeDeploy.on(CreateDeploymentCommand).rejects(new Error('not allowed'));
    const run = work({ stage });
    expect(await release(run)).toBe(false);
    expect(run.text()).toContain('payment-api: not released. not allowed');
    expect(updated()).toEqual([fraud.old, notification.old]);
  });

  test('a promotion records the revision of each', async () => {
    cloud.service('fraud-detection', liveFraud(fraud.new));
    cloud.service('notification-service', liveFraud(notification.new));
    cloud.service('payment-api', liveApi(api.new));
    expect(await promote(work({ stage }))).toBe(true);
    expect(cloud.sent('ssm', 'PutParameter')).toMatchObject([
      { Name: '/payment/dev/payment-api/promoted', Value: api.new },
      { Name: '/payment/dev/fraud-detection/promoted', Value: fraud.new },
      { Name: '/payment/dev/notification-service/promoted', Value: notification.new },
      { Name: '/payment/delivered/dev', Value: 'c0ffee' },
    ]);
  });
});

import {
  ContinueDeploymentCommand,
  DeploymentAlreadyCompletedException,
  type DeploymentInfo,
  DeploymentIsNotInReadyStateException,
  ListDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeRulesCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { promote } from '../../promotion/promote';
import type { Stage } from '../../promotion/stage';
import { stageNamed } from '../../promotion/stage';
import { api, arn, blue, fraud, green, liveApi, liveFraud, mockCloud, revisionOf, work } from './support';

let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => {
  cloud = mockCloud();
  cloud.service('fraud-detection', liveFraud(fraud.new));
  weights(100, 0);
});
afterEach(() => cloud.restore());

const rule = (blueWeight?: number, greenWeight?: number) => ({
  Rules: [
    {
      Actions: [
        {
          Type: 'forward' as const,
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: blueWeight },
              { TargetGroupArn: green, Weight: greenWeight },
            ],
          },
        },
      ],
    },
  ],
});
const weights = (...w: (number | undefined)[]) =>
  cloud.elasticLoadBalancing.on(DescribeRulesCommand).resolves(rule(...w));
const held = (...after: DeploymentInfo[]) =>
  cloud.inFlight(
    'd-1',
    { status: 'Ready', revision: revisionOf(api.new) },
    { status: 'Ready' },
    { status: 'Ready' },
    ...after,
  );

const records = [
  { Name: '/payment/dev/payment-api/promoted', Value: api.new, Type: 'String', Overwrite: true },
  { Name: '/payment/dev/fraud-detection/promoted', Value: fraud.new, Type: 'String', Overwrite: true },
  { Name: '/payment/delivered/dev', Value: 'c0ffee', Type: 'String', Overwrite: true },
];

test('an outage of the API, when the deployment is continued and while it shifts, is sat out', async () => {
  const unanswered = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  cloud.service('payment-api', liveApi(api.old, api.new), liveApi(api.old, api.new), liveApi(api.new));
  held({ status: 'Ready' }, { status: 'InProgress' }, { status: 'Succeeded' });
  cloud.codeDeploy.on(ContinueDeploymentCommand).rejectsOnce(unanswered).resolves({});
  cloud.elasticLoadBalancing.on(DescribeRulesCommand).rejectsOnce(unanswered).resolves(rule(0, 100));
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toHaveLength(2);
  const told = 'AWS does not answer (connect ECONNREFUSED); deployment d-1 goes on, and is looked at again.';
  expect(run.lines.filter((line) => line === told)).toHaveLength(2);
  expect(cloud.sent('ssm', 'PutParameter')).toEqual(records);
});

test('a held deployment continues once, shifts, and what was delivered is recorded', async () => {
  cloud.service(
    'payment-api',
    liveApi(api.old, api.new),
    liveApi(api.old, api.new),
    liveApi(api.old, api.new),
    liveApi(api.new),
  );
  held({ status: 'InProgress' }, { status: 'Succeeded' });
  cloud.elasticLoadBalancing
    .on(DescribeRulesCommand)
    .resolvesOnce(rule(100, 0))
    .resolvesOnce(rule(90, 10))
    .resolves({});
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toEqual([
    { deploymentId: 'd-1', deploymentWaitType: 'READY_WAIT' },
  ]);
  expect(cloud.sent('ssm', 'PutParameter')).toEqual(records);
  expect(run.lines).toEqual([
    'payment-api: deployment d-1 continues; traffic shifts.',
    'payment-api: Ready, production sends 0 % to the new revision',
    'payment-api: InProgress, production sends 10 % to the new revision',
    'payment-api: Succeeded, production sends 0 % to the new revision',
    'payment-api: promoted, payment-api-dev:2 serves.',
    'dev now runs commit c0ffee.',
  ]);
});

test('a rule without weights is no reason to fail', async () => {
  cloud.service('payment-api', liveApi(api.old), liveApi(api.new));
  weights(undefined, undefined);
  held({ status: 'Succeeded' });
  expect(await promote(work())).toBe(true);
});

test.each([
  ['has shifted', liveApi(api.new)],
  ['tells no primary task set', { taskSets: [] }],
])('a retry whose deployment %s waits for its end', async (_, live) => {
  cloud.service('payment-api', live, liveApi(api.new));
  cloud.inFlight('d-1', { status: 'InProgress', revision: revisionOf(api.new) }, { status: 'Succeeded' });
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toEqual([]);
  expect(run.text()).toContain('payment-api: promoted, payment-api-dev:2 serves.');
});

test('where everything serves already there is nothing to promote, and it is recorded', async () => {
  cloud.service('payment-api', liveApi(api.new));
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(run.lines[0]).toBe('payment-api: nothing to promote, payment-api-dev:2 serves already.');
  expect(cloud.sent('ssm', 'PutParameter')).toEqual(records);
});

test('a hold that is gone fails', async () => {
  cloud.service('payment-api', liveApi(api.old));
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.lines[0]).toContain('No deployment holds payment-api-dev:2; it was stopped or waited too long.');
  expect(run.lines[1]).toBe(
    'Rolling services run the new revision. To put them back: SYSTEM=payment-platform node programs/promotion.js stop --stage dev',
  );
  expect(cloud.sent('ssm', 'PutParameter')).toEqual([]);
});

test("somebody else's deployment is not promoted", async () => {
  cloud.service('payment-api', liveApi(api.old));
  cloud.inFlight('d-9', { status: 'Ready', revision: revisionOf(api.old) });
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain('Deployment d-9, which is Ready, is not of payment-api-dev:2. It is left alone');
  expect(cloud.sent('codeDeploy', 'ContinueDeployment')).toEqual([]);
});

test('a failed shift tells why', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held({ status: 'Stopped', errorInformation: { message: 'alarm raised' } });
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain(
    'Deployment d-1 ended Stopped; the revision before it serves.\n  CodeDeploy: alarm raised',
  );
});

test('a failed shift names the targets of either colour that do not answer', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held({ status: 'Failed' });
  for (const [TargetGroupArn, Id] of [
    [blue, '10.0.10.4'],
    [green, '10.0.10.5'],
  ] as const) {
    cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand, { TargetGroupArn }).resolves({
      TargetHealthDescriptions: [{ Target: { Id, Port: 8080 }, TargetHealth: { State: 'unhealthy' } }],
    });
  }
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain(
    'Deployment d-1 ended Failed; the revision before it serves.\n' +
      '  target 10.0.10.4:8080 is unhealthy: no reason given\n' +
      '  target 10.0.10.5:8080 is unhealthy: no reason given',
  );
  expect(cloud.sent('elasticLoadBalancing', 'DescribeRules')[0]).toEqual({ RuleArns: ['arn:rule'] });
});

test.each([undefined, [], [{}]])('a new task set with load balancers %j has no share yet', async (loadBalancers) => {
  const [blueSet] = liveApi(api.old).taskSets!;
  cloud.service('payment-api', { taskSets: [blueSet!, { taskDefinition: api.new, loadBalancers }] });
  held({ status: 'Succeeded' });
  const run = work();
  expect(await promote(run)).toBe(true);
  expect(run.text()).toContain('payment-api: Succeeded, production sends 0 % to the new revision');
});

test('a shift that takes too long is stopped', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  const shifting = Array.from({ length: 14 }, () => ({ status: 'InProgress' }) as DeploymentInfo);
  held(...shifting, { status: 'Stopped' });
  cloud.stopEndsGreen();
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain('not promoted. waited 60 s for deployment d-1 to end');
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([{ deploymentId: 'd-1', autoRollbackEnabled: true }]);
});

test('a stop after too long a shift that does not end is told, too', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held(...Array.from({ length: 14 }, () => ({ status: 'InProgress' }) as DeploymentInfo), { status: 'Stopped' });
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain("waited 30 s for the stopped revision's tasks to end");
  expect(run.text()).toContain('not promoted. waited 60 s for deployment d-1 to end');
});

test.each([
  ['DeploymentIsNotInReadyStateException', DeploymentIsNotInReadyStateException],
  ['DeploymentAlreadyCompletedException', DeploymentAlreadyCompletedException],
])('a deployment that goes on already (%s) is waited for', async (_name, Refused) => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held({ status: 'Succeeded' });
  cloud.codeDeploy.on(ContinueDeploymentCommand).rejects(new Refused({ message: 'goes on', $metadata: {} }));
  const run = work();
  expect(await promote(run)).toBe(true);
  // Not that it continues: this try had no part in it.
  expect(run.lines.slice(0, 2)).toEqual([
    'payment-api: Ready, production sends 0 % to the new revision',
    'payment-api: Succeeded, production sends 0 % to the new revision',
  ]);
  expect(run.text()).toContain('payment-api: promoted');
});

test('any other refusal to continue is a failure', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held({ status: 'Succeeded' });
  cloud.codeDeploy.on(ContinueDeploymentCommand).rejects(new Error('AccessDenied'));
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.text()).toContain('payment-api: not promoted. AccessDenied');
});

test('a refused look is told, and stops nothing', async () => {
  cloud.service('payment-api', liveApi(api.old, api.new));
  held();
  cloud.elasticLoadBalancing.on(DescribeRulesCommand).rejects(new Error('not allowed'));
  const run = work();
  expect(await promote(run)).toBe(false);
  expect(run.lines).toContain('payment-api: not promoted. not allowed');
  expect(cloud.sent('codeDeploy', 'StopDeployment')).toEqual([]);
});

test('a service without a revision is not recorded', async () => {
  cloud.service('payment-api', liveApi(api.new));
  cloud.service('fraud-detection', {});
  await expect(promote(work())).rejects.toThrow('fraud-detection has no primary task set or deployment');
});

describe('with two public services, when the second fails', () => {
  const dev = stageNamed('dev');
  const [first] = dev.system.services;
  const second = { ...first!, name: 'ledger' };
  const stage: Stage = { ...dev, system: { ...dev.system, services: [first!, second] } };

  beforeEach(() => {
    cloud.outputs('payment-ledger-dev', {
      TaskDefinitionArn: arn('ledger-dev', 4),
      DeploymentApplicationName: 'payment-dev',
      DeploymentGroupName: 'ledger-dg-dev',
    });
    cloud.service('ledger', liveApi(arn('ledger-dev', 3)));
    held({ status: 'Succeeded' });
    cloud.codeDeploy.on(ListDeploymentsCommand, { deploymentGroupName: 'ledger-dg-dev' }).resolves({ deployments: [] });
  });

  test('the promoted one is told with the command that takes it back', async () => {
    cloud.service('payment-api', liveApi(api.old, api.new));
    const run = work({ stage });
    expect(await promote(run)).toBe(false);
    expect(run.text()).toContain('ledger: not promoted. No deployment holds ledger-dev:4');
    expect(run.text()).toContain('payment-api serves payment-api-dev:2 now. To take it back to payment-api-dev:1:');
    expect(run.text()).toContain('aws deploy create-deployment --region us-east-1 --application-name payment-dev');
    expect(run.text()).toContain('These commands need credentials of account 222222222222.');
    expect(run.text()).not.toContain('Rolling services');
  });

  test('one that an earlier try had shifted is not: what served before it is not known any more', async () => {
    cloud.service('payment-api', liveApi(api.new));
    const run = work({ stage });
    expect(await promote(run)).toBe(false);
    expect(run.lines.slice(-2)).toEqual([
      'payment-api: promoted, payment-api-dev:2 serves.',
      'ledger: not promoted. No deployment holds ledger-dev:4; it was stopped or waited too long. Run the pipeline again to release it anew.',
    ]);
  });
});

import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { main } from '../../promotion/main';
import { recordChecks } from '../../promotion/evidence/checks';
import { promote } from '../../promotion/promote';
import { release } from '../../promotion/release';
import { stop } from '../../promotion/stop';
import { watch } from '../../promotion/watch';
import type { Work } from '../../promotion/work';

jest.mock('../../promotion/evidence/checks', () => ({ recordChecks: jest.fn() }));
jest.mock('../../promotion/promote', () => ({ promote: jest.fn() }));
jest.mock('../../promotion/release', () => ({ release: jest.fn() }));
jest.mock('../../promotion/stop', () => ({ stop: jest.fn() }));
jest.mock('../../promotion/watch', () => ({ watch: jest.fn() }));

const sts = mockClient(STSClient);
const given = { AccessKeyId: 'key', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(0) };
const lines: string[] = [];
const say = (line: string) => void lines.push(line);
const step = {
  STAGE: 'dev',
  COMMIT_ID: 'c0ffee',
  STAGE_ROLE_ARN: 'arn:stage-role',
  RELEASE_ROLE_ARN: 'arn:release-role',
};

beforeEach(() => {
  lines.length = 0;
  sts.reset();
  sts.on(AssumeRoleCommand).resolves({ Credentials: given });
});

type Worker = (work: Work) => Promise<boolean>;
test.each<[string, Worker, string]>([
  ['watch', watch, 'arn:stage-role'],
  ['release', release, 'arn:stage-role'],
  ['promote', promote as Worker, 'arn:stage-role'],
  ['stop', stop, 'arn:release-role'],
])('%s works in the stage, as its role', async (command, worker, role) => {
  const mock = jest.mocked(worker).mockResolvedValueOnce(true).mockResolvedValueOnce(false);
  expect(await main([command], step, say)).toBe(0);
  expect(await main([command], step, say)).toBe(1);
  const work = mock.mock.calls[0]![0];
  expect(work.stage.environment.name).toBe('dev');
  expect(work.commit).toBe('c0ffee');
  expect(await work.clients.ecs.config.region()).toBe('us-east-1');
  expect(await work.clients.ecs.config.credentials()).toMatchObject({ accessKeyId: 'key', sessionToken: 'token' });
  expect(sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input).toMatchObject({
    RoleArn: role,
    RoleSessionName: `promotion-${command}`,
  });
});

test('stop uses the stage role where it is given no other; the region may be told', async () => {
  const mock = jest.mocked(stop).mockResolvedValue(true);
  mock.mockClear();
  await main(['stop'], { STAGE: 'dev', STAGE_ROLE_ARN: 'arn:stage-role', STAGE_REGION: 'us-west-2' }, say);
  const { ecs, toolingSsm } = mock.mock.calls[0]![0].clients;
  await ecs.config.credentials();
  expect(sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input.RoleArn).toBe('arn:stage-role');
  expect(await ecs.config.region()).toBe('us-west-2');
  expect(await toolingSsm.config.region()).toBe('us-east-1');
});

test('evidence keeps what the live checks found, of the execution that the step names', async () => {
  const evidence = { EVIDENCE_BUCKET: 'kept', PIPELINE: 'payment-delivery', PIPELINE_EXECUTION_ID: 'e-1' };
  expect(await main(['evidence', '--refused'], { ...step, ...evidence }, say)).toBe(0);
  const [work, folder, refused] = jest.mocked(recordChecks).mock.calls[0]!;
  expect(work.evidence).toMatchObject({ bucket: 'kept', execution: 'e-1' });
  expect([folder, refused]).toEqual(['reports', true]);
});

test('watch may be limited to a service', async () => {
  const mock = jest.mocked(watch).mockResolvedValue(true);
  mock.mockClear();
  await main(['watch', '--service', 'fraud-detection'], step, say);
  await main(['watch'], step, say);
  expect(mock.mock.calls.map(([, services]) => services!.map((s) => s.name))).toEqual([
    ['fraud-detection'],
    ['payment-api', 'fraud-detection', 'transaction-processor', 'notification-service'],
  ]);
});

test.each([
  [['deploy'], {}, 2, 'Usage: node programs/promotion.js'],
  [
    ['watch', '--service', 'ledger'],
    { STAGE: 'dev' },
    2,
    "There is no service 'ledger'. Services: payment-api, fraud-detection, transaction-processor, notification-service",
  ],
  [
    ['stop', '--stage', 'dev'],
    { SYSTEM: 'billing' },
    2,
    "SYSTEM: There is no system 'billing'. Known systems: payment-platform, ecs-payments, payment-processor, multi-tier\n\nUsage: node programs/promotion.js",
  ],
  [['evidence'], { STAGE: 'dev', COMMIT_ID: 'c0ffee' }, 2, 'Where is evidence kept? Set EVIDENCE_BUCKET'],
  [['stop', '--stage', 'qa'], {}, 1, "Failed: There is no environment 'qa'. Declared: dev, staging, prod"],
])('%j exits with a message', async (args, variables, code, message) => {
  expect(await main(args, variables, say)).toBe(code);
  expect(lines.join('\n')).toContain(message);
});

test('the program exits as main says', async () => {
  const { argv, exitCode, env } = process;
  const log = jest.spyOn(console, 'log').mockReturnValue();
  process.argv = ['node', 'promotion.js'];
  process.env = {};
  jest.isolateModules(() => require('../../promotion/cli'));
  await new Promise(setImmediate);
  expect(process.exitCode).toBe(2);
  expect(log.mock.calls[0]![0]).toMatch(/^Give one command of watch, release, promote, stop, evidence\n\nUsage: /);
  // Else the SDK would begin every log of a step with a warning.
  expect(process.env).toEqual({ AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
  Object.assign(process, { argv, env, exitCode });
});

import { Readable } from 'node:stream';
import { CloudFormationClient, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { stackKinds } from '../../declarations/effective';
import { stageNamed } from '../../promotion/stage';
import { destroy } from '../../scripts/destroy';
import { confirmed } from '../../scripts/destroy/confirmation';
import { firstSteps, whyNotYet } from '../../scripts/destroy/refusals';
import { inWaves } from '../../scripts/destroy/stacks';
import { commandIn } from './command-support';

const cloudFormation = mockClient(CloudFormationClient);
const sts = mockClient(STSClient);
let command: ReturnType<typeof commandIn>;
beforeEach(() => {
  cloudFormation.reset();
  sts.reset();
  command = commandIn(destroy);
});
afterEach(() => command.end());

const stack = (StackName: string, more: object = {}) => ({
  StackName,
  StackId: `arn:${StackName}`,
  CreationTime: new Date(0),
  StackStatus: 'CREATE_COMPLETE' as const,
  ...more,
});

describe('an environment that retains data', () => {
  const prod = stageNamed('prod', 'payment-platform');

  test('is refused before AWS is asked anything', async () => {
    const { code, said } = await command.run('--stage prod --yes');
    expect(code).toBe(1);
    expect(said).toBe(firstSteps(prod));
    expect([...cloudFormation.calls(), ...sts.calls()]).toEqual([]);
  });
  test('with what to do first, in order', () => {
    const steps = firstSteps(prod).split('\n');
    expect(steps[0]).toContain('Nothing was changed');
    expect(steps.filter((s) => /^\d\./.test(s)).map((s) => s.slice(0, 20))).toEqual([
      '1. Let those who ans',
      '2. Keep what has to ',
      '3. Set retainData: f',
      '4. Keep the pipeline',
      '5. That delivery als',
      '6. Then again: npm r',
    ]);
    const text = steps.join('\n');
    expect(text).toContain(
      'create-db-cluster-snapshot --region us-east-1 --db-cluster-identifier payment-database-prod',
    );
    for (const kind of stackKinds(prod.system)) {
      expect(text).toContain(`--no-enable-termination-protection --region us-east-1 --stack-name payment-${kind}-prod`);
    }
    for (const { name } of prod.system.services) expect(text).toContain(`/ecs/payment-platform/${name}-prod`);
  });
  test('and no database where it has none', () => {
    expect(firstSteps(stageNamed('prod', 'ecs-payments'))).not.toContain('snapshot');
  });
});

describe('stacks that cannot be deleted as they are', () => {
  test('one that changes: somebody delivers', () => {
    const reason = whyNotYet([stack('a'), stack('b', { StackStatus: 'UPDATE_IN_PROGRESS' })], 'us-east-1');
    expect(reason).toContain('A deployment is under way: b is UPDATE_IN_PROGRESS');
  });
  test('one that is protected, with how to change that', () => {
    const reason = whyNotYet([stack('a'), stack('b', { EnableTerminationProtection: true })], 'eu-west-1');
    expect(reason).toContain('--no-enable-termination-protection --region eu-west-1 --stack-name b');
    expect(reason).not.toContain('--stack-name a');
  });
  test.each(['CREATE_COMPLETE', 'DELETE_FAILED', 'REVIEW_IN_PROGRESS', 'DELETE_IN_PROGRESS'])(
    'but %s can',
    (status) => {
      expect(whyNotYet([stack('a', { StackStatus: status })], 'us-east-1')).toBeUndefined();
    },
  );
  test('the command says so and deletes nothing', async () => {
    const busy = stack('payment-network-dev', { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS' });
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [busy] });
    const { code, said } = await command.run('--stage dev --yes');
    expect(code).toBe(1);
    expect(said).toContain('A deployment is under way');
    expect(cloudFormation.commandCalls(DeleteStackCommand)).toHaveLength(0);
  });
});

describe('the order of deletion', () => {
  const dev = stageNamed('dev', 'payment-platform');
  const all = stackKinds(dev.system).map((kind) => stack(dev.names.stack(kind)));
  const waves = (stacks: ReturnType<typeof stack>[]) =>
    inWaves(dev, stacks).map((w) => w.map((s) => s.StackName).sort());

  test('is the reverse of the deployment, with all services at once', () => {
    expect(waves(all)).toEqual([
      ['payment-observability-dev'],
      [
        'payment-fraud-detection-dev',
        'payment-notification-service-dev',
        'payment-payment-api-dev',
        'payment-transaction-processor-dev',
      ],
      ['payment-platform-dev'],
      ['payment-data-dev'],
      ['payment-network-dev'],
      ['payment-access-dev'],
    ]);
  });
  test('leaves out what is not there, and takes services that were declared once', () => {
    const [access] = all;
    expect(waves([access!, stack('payment-old-service-dev')])).toEqual([
      ['payment-old-service-dev'],
      ['payment-access-dev'],
    ]);
  });
});

describe('before anything is deleted', () => {
  const name = async (typed: string[]) => confirmed('dev', Readable.from(typed));
  test('its name is asked for', async () => {
    expect(await name(['dev\n'])).toBe(true);
    expect(await name(['  dev  \n', 'x\n'])).toBe(true);
    for (const typed of [['yes\n'], ['staging\n', 'dev\n'], ['\n'], []]) expect(await name(typed)).toBe(false);
  });
  test('credentials have to be those of the account', async () => {
    const { code, said } = await command.run('--stage dev --yes', {});
    expect(code).toBe(1);
    expect(said).toContain('configuration.json has placeholder accounts for tooling, dev');
    expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(0);
  });
});

describe('wrong usage ends with 2', () => {
  test.each([
    ['', 'Which environment? Give --stage'],
    ['--stage test', "There is no environment 'test'. Declared: dev, staging, prod"],
    ['--stage dev --system x', 'Known systems: payment-platform'],
    ['--stage dev --force', "Unknown option '--force'"],
  ])('%s', async (line, says) => {
    const { code, said } = await command.run(line);
    expect(said).toContain(says);
    expect(code).toBe(2);
  });
  test('a wrong POLL_SECONDS', async () => {
    const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', POLL_SECONDS: 'soon' };
    expect(await command.run('--stage dev --yes', variables)).toMatchObject({
      code: 2,
      said: "POLL_SECONDS is a number of seconds, not 'soon'",
    });
  });
  test('--help says how', async () => {
    expect(await command.run('--help')).toMatchObject({ code: 0, said: expect.stringContaining('--tooling-profile') });
  });
});

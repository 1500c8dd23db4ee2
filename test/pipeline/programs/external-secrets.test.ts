import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { changeGuard } from '../../../pipeline/programs/change-guard';
import { awaitExternalSecrets } from '../../../pipeline/programs/external-secrets';
import { Refusal } from '../../../pipeline/programs/program';
import { runWork } from './support';

const secretsManager = mockClient(SecretsManagerClient);
const cloudFormation = mockClient(CloudFormationClient);
const ARN = 'arn:aws:secretsmanager:us-east-2:222222222222:secret:db-credentials-dev-AbCdEf';
const set = { ARN, VersionIdsToStages: { v1: ['AWSCURRENT'] } };
const session = { region: 'us-east-2' };

beforeEach(() => {
  secretsManager.reset();
  cloudFormation.reset();
});

/** Waits for secrets, in time that passes only by sleeping. */
async function wait(names: string[], limit = 60) {
  const lines: string[] = [];
  let now = 0;
  const pace = { seconds: 15, now: () => now, sleep: async (s: number) => void (now += s) };
  const work = awaitExternalSecrets(names, { session, pace, limit, say: (line) => lines.push(line) });
  const error = await work.then(() => undefined).catch((e: Error) => e);
  return { lines, error, seconds: now };
}

test('a secret with a value is waited for no longer', async () => {
  secretsManager.on(DescribeSecretCommand, { SecretId: 'db-credentials-dev' }).resolves(set);
  expect(await wait(['db-credentials-dev'])).toEqual({
    lines: ['Secret db-credentials-dev has a value.'],
    error: undefined,
    seconds: 0,
  });
});

test('without secrets nothing is asked', async () => {
  expect((await wait([])).lines).toEqual([]);
  expect(secretsManager.calls()).toHaveLength(0);
});

test.each([
  ['no versions are told', { ARN }],
  ['there are no versions', { ARN, VersionIdsToStages: {} }],
  ['no version is the current one', { ARN, VersionIdsToStages: { v1: ['AWSPENDING'] } }],
])('where %s, it says once how to set the value, and goes on as soon as it is there', async (_, empty) => {
  secretsManager.on(DescribeSecretCommand).resolvesOnce(empty).resolvesOnce(empty).resolves(set);
  const { lines, error, seconds } = await wait(['db-credentials-dev']);
  expect(error).toBeUndefined();
  expect(seconds).toBe(30);
  expect(lines).toEqual([
    'Secret db-credentials-dev has no value yet, and no task starts without it. Waiting for it, 60 s at most.',
    'To set it, write the value into a file and run, with credentials of account 222222222222:',
    '  aws secretsmanager put-secret-value --secret-id db-credentials-dev --secret-string file://db-credentials-dev.json --region us-east-2',
    'Secret db-credentials-dev has a value.',
  ]);
});

test('it is given up at the limit, with what to do', async () => {
  secretsManager.on(DescribeSecretCommand).resolves({});
  const { lines, error, seconds } = await wait(['db-credentials-dev']);
  expect(error).toBeInstanceOf(Refusal);
  expect(error!.message).toBe(
    'Secret db-credentials-dev has had no value for 60 s. Set it as said above, then retry the failed actions of this stage.',
  );
  expect(seconds).toBe(60);
  expect(lines[1]).toContain("with credentials of the environment's account:");
});

test('the limit is for all secrets together', async () => {
  secretsManager.on(DescribeSecretCommand).resolves({ ARN });
  secretsManager
    .on(DescribeSecretCommand, { SecretId: 'first' })
    .resolvesOnce({ ARN })
    .resolvesOnce({ ARN })
    .resolves(set);
  const { error, seconds } = await wait(['first', 'second']);
  expect(error!.message).toContain('Secret second has had no value');
  expect(seconds).toBe(60);
});

test('a secret that cannot be described is named', async () => {
  secretsManager.on(DescribeSecretCommand).rejects(new Error("Secrets Manager can't find the specified secret."));
  const { error } = await wait(['db-credentials-dev']);
  expect(error!.message).toBe(
    "Secret db-credentials-dev cannot be described: Secrets Manager can't find the specified secret.",
  );
});

describe('the change guard', () => {
  const guard = (...more: [string, string][]) =>
    runWork(changeGuard, {
      args: ['--stack', 'new-stack', '--secret', 'one', '--secret', 'two'],
      variables: {
        ...{ STAGE_REGION: 'us-east-2', STAGE: 'dev', COMMIT_ID: 'ccc', DELIVERED: '/payment/delivered/dev' },
        ...Object.fromEntries(more),
      },
    });
  beforeEach(() => void cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack does not exist')));

  test('waits for the secrets before it looks at the change set', async () => {
    secretsManager.on(DescribeSecretCommand, { SecretId: 'one' }).resolvesOnce({ ARN }).resolves(set);
    secretsManager.on(DescribeSecretCommand, { SecretId: 'two' }).resolves(set);
    const { code, said } = await guard(['POLL_SECONDS', '0.001']);
    expect(code).toBe(0);
    expect(said).toContain(
      'Secret one has no value yet, and no task starts without it. Waiting for it, 1800 s at most.',
    );
    expect(said).toMatch(/Secret one has a value\.\nSecret two has a value\.\nnew-stack is new/);
  });

  test('refuses where the value is not set in time', async () => {
    secretsManager.on(DescribeSecretCommand).resolves({ ARN });
    const { code, said } = await guard(['SECRET_WAIT_SECONDS', '0']);
    expect(code).toBe(1);
    expect(said).toContain('Secret one has had no value for 0 s.');
    expect(cloudFormation.calls()).toHaveLength(0);
  });

  test.each([' ', 'long', '-1'])("takes '%s' for no number of seconds", async (text) => {
    const { code, said } = await guard(['SECRET_WAIT_SECONDS', text]);
    expect(code).toBe(2);
    expect(said).toBe(`The environment variable SECRET_WAIT_SECONDS is a number of seconds, not '${text}'`);
  });
});

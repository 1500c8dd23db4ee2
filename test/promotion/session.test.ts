import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { openSession } from '../../promotion/session';

const sts = mockClient(STSClient);
const given = { AccessKeyId: 'key', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(0) };
beforeEach(() => sts.reset());

test('without a role the process acts as itself', () => {
  expect(openSession('us-east-1', undefined, 'x')).toEqual({ region: 'us-east-1', maxAttempts: 8 });
});

test('with a role it acts as that for an hour at a time, and CloudTrail tells which step it is', async () => {
  sts.on(AssumeRoleCommand).resolves({ Credentials: given });
  const { region, maxAttempts, credentials } = openSession('us-west-2', 'arn:role', `promotion-${'x'.repeat(80)}`);
  expect([region, maxAttempts]).toEqual(['us-west-2', 8]);
  expect(await credentials!()).toEqual({
    ...{ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token', expiration: new Date(0) },
  });
  const [call] = sts.commandCalls(AssumeRoleCommand);
  // The longest name that STS takes.
  const RoleSessionName = `promotion-${'x'.repeat(54)}`;
  expect(call!.args[0].input).toEqual({ RoleArn: 'arn:role', RoleSessionName, DurationSeconds: 3600 });
  expect(await (call!.thisValue as STSClient).config.region()).toBe('us-west-2');
});

test.each([{}, { AccessKeyId: 'key' }, { AccessKeyId: 'key', SecretAccessKey: 'secret' }, undefined])(
  'incomplete credentials %j are an error',
  async (Credentials) => {
    sts.on(AssumeRoleCommand).resolves({ Credentials: Credentials as typeof given });
    await expect(openSession('us-east-1', 'arn:role', 'x').credentials!()).rejects.toThrow(
      'STS gave no credentials for arn:role',
    );
  },
);

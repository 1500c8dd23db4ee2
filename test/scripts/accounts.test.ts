import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { settingsFor } from '../../scripts/commands/accounts';
import { isLocal } from '../../stages/configuration';

const sts = mockClient(STSClient);
beforeEach(() => sts.reset());
const tooling = {
  what: 'the tooling account',
  account: '210987654321',
  region: 'us-east-1',
  option: '--tooling-profile',
};

describe('credentials of an account', () => {
  test("are those of the profile, or of the SDK's default chain", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: '210987654321' });
    expect(await settingsFor({ ...tooling, profile: 'tools' }, {})).toEqual({ region: 'us-east-1', profile: 'tools' });
    expect(await settingsFor(tooling, {})).toEqual({ region: 'us-east-1' });
  });
  test('of another account are refused, with the option that names the right ones', async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: '109876543210' });
    await expect(settingsFor(tooling, {})).rejects.toThrow(
      'These are credentials of account 109876543210, and the tooling account is account 210987654321. Give --tooling-profile',
    );
  });
  test('of a local cloud are made from its number: no AWS is asked', async () => {
    const settings = await settingsFor(tooling, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });
    expect(await settings.credentials!()).toMatchObject({ accessKeyId: 'AKIA2109876543210000' });
    expect(sts.calls()).toEqual([]);
  });
});

test.each([
  ['http://127.0.0.1:4566', true],
  ['http://localhost:4566', true],
  ['http://[::1]:4566', true],
  ['https://localhost.example.com', false],
  ['https://10.0.0.1', false],
  [undefined, false],
])('%s is local: %s', (AWS_ENDPOINT_URL, local) => {
  expect(isLocal({ AWS_ENDPOINT_URL })).toBe(local);
});

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { suites } from '../../integration-tests/suites';
import { lookWith, type Sessions } from '../../integration-tests/support/sessions';
import { runChecks } from '../../integration-tests/runner/run-checks';
import { readConfiguration } from '../../stages/configuration';
import { check } from '../../scripts/check';
import { commandIn } from './command-support';

// The suites themselves are run by the tests of their runner, and against the local cloud.
jest.mock('../../integration-tests/runner/run-checks', () => ({ runChecks: jest.fn() }));
jest.mock('../../integration-tests/support/sessions', () => ({ lookWith: jest.fn() }));
jest.mock('../../stages/configuration', () => ({
  ...jest.requireActual<object>('../../stages/configuration'),
  placeholderAccounts: jest.fn(() => []),
}));
const placeholders = jest.mocked(
  jest.requireMock<typeof import('../../stages/configuration')>('../../stages/configuration').placeholderAccounts,
);
const ran = jest.mocked(runChecks);
const looked = jest.mocked(lookWith);
const sts = mockClient(STSClient);
const { tooling, environments } = readConfiguration();

let command: ReturnType<typeof commandIn>;
const { STAGE, SYSTEM } = process.env;
beforeEach(() => {
  ran.mockReset().mockResolvedValue(0);
  looked.mockReset();
  placeholders.mockReturnValue([]);
  sts.reset();
  command = commandIn(check);
});
afterEach(() => {
  command.end();
  Object.assign(process.env, { STAGE, SYSTEM });
});
const names = () => ran.mock.calls[0]![0].map((s) => s.name);
const sessions = (): Sessions => looked.mock.calls[0]![0];

test('all suites are run, with credentials of both accounts', async () => {
  const { code, said } = await command.run('--stage staging');
  expect(said).toContain('Checking payment-platform in staging, account 333333333333, us-east-1');
  expect(code).toBe(0);
  expect(names()).toEqual(suites.map((s) => s.name));
  expect(ran.mock.calls[0]![1]).toBe(`${command.directory}/reports`);
  const keys = async (which: keyof Sessions) => (await sessions()[which].credentials!()).accessKeyId;
  expect(await keys('stage')).toContain(environments.staging!.account);
  expect(await keys('tooling')).toContain(tooling.account);
});

test('one suite of another system, without the tooling account', async () => {
  const { code, said } = await command.run('--stage prod --system payment-processor --only logs');
  expect([code, said]).toEqual([0, 'Checking payment-processor in prod, account 444444444444, us-east-2']);
  expect(names()).toEqual(['logs']);
  expect(sessions().tooling).toBe(sessions().stage);
  expect([process.env.STAGE, process.env.SYSTEM]).toEqual(['prod', 'payment-processor']);
});

test('a failed check ends it with 1', async () => {
  ran.mockResolvedValue(1);
  expect(await command.run('--stage dev')).toMatchObject({
    code: 1,
    said: expect.stringContaining('dev is not as it is declared.') as string,
  });
});

test.each([
  ['', 'Which environment? Give --stage'],
  ['--stage qa', "There is no environment 'qa'. Declared: dev, staging, prod"],
  ['--stage dev --system billing', "There is no system 'billing'. Known systems: payment-platform,"],
  ['--stage dev --only databases', "There is no suite 'databases'. Suites: network, cluster, services,"],
  ['--stage dev --all', "Unknown option '--all'"],
])("'%s' is a wrong call", async (line, message) => {
  const { code, said } = await command.run(line);
  expect(said).toContain(message);
  expect(code).toBe(2);
  expect(ran).not.toHaveBeenCalled();
});

test('--help tells the suites', async () => {
  const { code, said } = await command.run('--help');
  expect(said).toContain(suites.map((s) => s.name).join(', '));
  expect(code).toBe(0);
});

test('placeholder accounts are refused', async () => {
  placeholders.mockReturnValue(['staging', 'tooling']);
  const { code, said } = await command.run('--stage staging --only logs', {});
  expect(said).toContain('configuration.json has placeholder accounts for staging.');
  expect(code).toBe(1);
});

test('credentials of one account only: the suite that needs the other is named, and how to leave it out', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: environments.staging!.account });
  const { code, said } = await command.run('--stage staging', {});
  expect(said).toContain(
    "The suite 'registry' reads the image repositories. These are credentials of account 333333333333",
  );
  expect(said).toContain('--tooling-profile');
  expect(said).toMatch(/All other suites: --only network (--only (?!registry)[\w-]+ ?)+$/);
  expect(code).toBe(1);
  expect(ran).not.toHaveBeenCalled();
});

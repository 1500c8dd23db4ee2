import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { executionPolicy } from '../../../scripts/execution-policy';
import { commandIn } from '../command-support';

const iam = mockClient(IAMClient);
const sts = mockClient(STSClient);
let command: ReturnType<typeof commandIn>;

const account = '222222222222';
const role = `cdk-hnb659fds-cfn-exec-role-${account}-us-east-1`;
const arn = `arn:aws:iam::${account}:policy/payment-delivery-execution-1`;
const none = new NoSuchEntityException({ message: 'none', $metadata: {} });

/** An assembly with a topic in dev. */
function assembly(topics: string[] = ['one']) {
  const stack = (id: string, number: string, Resources: object) => ({
    manifest: {
      artifacts: {
        [id]: {
          type: 'aws:cloudformation:stack',
          environment: `aws://${number}/us-east-1`,
          properties: { templateFile: `${id}.json`, stackName: id },
        },
      },
    },
    template: { Resources },
  });
  const write = (folder: string, id: string, { manifest, template }: ReturnType<typeof stack>, more: object = {}) => {
    mkdirSync(folder, { recursive: true });
    const artifacts = { ...manifest.artifacts, ...more };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(template));
  };
  const folder = join(command.directory, 'cdk.out');
  const repository = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'payment-api' } };
  write(folder, 'payment-delivery', stack('payment-delivery', '111111111111', { repository }), {
    'assembly-dev': {
      type: 'cdk:cloud-assembly',
      properties: { directoryName: 'dev', displayName: 'payment-delivery/dev' },
    },
  });
  const resources = Object.fromEntries(
    topics.map((TopicName) => [TopicName, { Type: 'AWS::SNS::Topic', Properties: { TopicName } }]),
  );
  write(join(folder, 'dev'), 'payment-platform-dev', stack('payment-platform-dev', account, resources));
}
/** The document that the templates of `topics` ask for. */
async function documentOf(topics: string[]): Promise<string> {
  assembly(topics);
  await command.run('--assembly cdk.out --account dev');
  return readFileSync(join(command.directory, 'execution-policies/dev/payment-delivery-execution-1.json'), 'utf8');
}
function carrying(...policies: string[]) {
  const AttachedPolicies = policies.map((PolicyArn) => ({ PolicyArn }));
  iam.on(ListAttachedRolePoliciesCommand, { RoleName: role }).resolves({ AttachedPolicies });
}
function existing(document: string) {
  iam.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v2' } });
  const PolicyVersion = { Document: encodeURIComponent(document) };
  iam.on(GetPolicyVersionCommand, { PolicyArn: arn, VersionId: 'v2' }).resolves({ PolicyVersion });
}

beforeEach(() => {
  iam.reset();
  sts.reset();
  iam.on(ListAttachedRolePoliciesCommand).rejects(none);
  iam.on(GetPolicyCommand).rejects(none);
  iam.on(CreatePolicyCommand).resolves({});
  iam.on(CreatePolicyVersionCommand).resolves({});
  command = commandIn(executionPolicy);
  assembly();
});
afterEach(() => command.end());

test('writes the policies of every account, and says how they are used', async () => {
  const { code, said } = await command.run('--assembly cdk.out');
  expect(code).toBe(0);
  expect(readdirSync(join(command.directory, 'execution-policies')).sort()).toEqual(['dev', 'tooling']);
  expect(said).toContain(
    '  aws iam create-policy --policy-name payment-delivery-execution-1 --policy-document file://execution-policies/dev/payment-delivery-execution-1.json',
  );
  expect(said).toContain(`  npx cdk bootstrap aws://${account}/us-east-1 … --cloudformation-execution-policies ${arn}`);
});
test('makes what is not there, and says that bootstrapping gives it to the role', async () => {
  const { code, said } = await command.run('--assembly cdk.out --account dev --apply');
  expect(code).toBe(0);
  expect(said).toContain('dev: payment-delivery-execution-1 made.');
  expect(said).toContain(`--cloudformation-execution-policies ${arn}`);
  const { PolicyDocument } = iam.commandCalls(CreatePolicyCommand)[0]!.args[0].input;
  expect(JSON.parse(PolicyDocument!).Statement[0].Resource).toEqual([`arn:aws:sns:us-east-1:${account}:one`]);
});
test('renews what differs, and drops the oldest version where five are kept', async () => {
  existing(await documentOf(['other']));
  carrying(arn);
  const version = (id: number) => ({ VersionId: `v${id}`, CreateDate: new Date(id), IsDefaultVersion: id === 2 });
  iam.on(ListPolicyVersionsCommand).resolves({ Versions: [5, 4, 3, 2, 6].map(version) });
  iam.on(DeletePolicyVersionCommand).resolves({});
  assembly(['one']);
  const { said } = await command.run('--assembly cdk.out --account dev --apply');
  expect(said).toBe('dev: payment-delivery-execution-1 renewed.');
  expect(iam.commandCalls(DeletePolicyVersionCommand)[0]!.args[0].input.VersionId).toBe('v3');
  expect(iam.commandCalls(CreatePolicyVersionCommand)[0]!.args[0].input.SetAsDefault).toBe(true);
});
test('drops no version where there is room, and leaves alone what is the same', async () => {
  iam.on(ListPolicyVersionsCommand).resolves({ Versions: [{ VersionId: 'v2', IsDefaultVersion: true }] });
  carrying(arn);
  existing(await documentOf(['other']));
  assembly(['one']);
  await command.run('--assembly cdk.out --account dev --apply');
  existing(await documentOf(['one']));
  const { said } = await command.run('--assembly cdk.out --account dev --apply');
  expect(said).toBe('dev: payment-delivery-execution-1 unchanged.');
  expect(iam.commandCalls(DeletePolicyVersionCommand)).toEqual([]);
  expect(iam.commandCalls(CreatePolicyVersionCommand)).toHaveLength(1);
});

describe('--check', () => {
  const check = () => command.run('--assembly cdk.out --account dev --check');

  test('is content where the role has what the templates need', async () => {
    existing(await documentOf(['one']));
    carrying(arn);
    expect(await check()).toEqual({ code: 0, said: `dev: ${role} has what the templates need.` });
  });
  test('names what is lacking, and what to do before the delivery', async () => {
    existing(await documentOf(['one']));
    carrying(arn);
    assembly(['one', 'two']);
    const { code, said } = await check();
    expect(code).toBe(1);
    expect(said).toMatch(
      /lacks \d+ permissions that the templates need\. Renew its policies before this commit is delivered/,
    );
    expect(said).toContain(`  sns:CreateTopic on arn:aws:sns:us-east-1:${account}:two`);
    expect(said).not.toContain(':one');
  });
  test('lets pass what is needed no more, and says so', async () => {
    existing(await documentOf(['one', 'two']));
    carrying(arn);
    assembly(['one']);
    const { code, said } = await check();
    expect(code).toBe(0);
    expect(said).toMatch(/; \d+ permissions are needed no more: renew them once this commit is delivered\.$/);
  });
  test("refuses an administrator's role", async () => {
    carrying('arn:aws:iam::aws:policy/AdministratorAccess');
    const { code, said } = await check();
    expect(code).toBe(1);
    expect(said).toContain(
      `dev: ${role} may do more than the stacks need, by arn:aws:iam::aws:policy/AdministratorAccess.`,
    );
  });
  test('asks to bootstrap where there is no role', async () => {
    expect(await check()).toEqual({ code: 1, said: `dev: there is no role ${role}. Bootstrap the account first.` });
  });
  test('tells a failure of IAM itself', async () => {
    iam.on(ListAttachedRolePoliciesCommand).rejects(new Error('down'));
    expect(await check()).toEqual({ code: 1, said: 'Error: down' });
  });
});

test('refuses credentials of another account', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '999999999999' });
  const { code, said } = await command.run('--assembly cdk.out --account dev --apply', {});
  expect(code).toBe(1);
  expect(said).toContain('configuration.json has placeholder accounts for dev');
});
test.each([
  ['--apply --check', '--apply changes the policies, --check only looks: give one of them'],
  ['--assembly cdk.out --account prod', "There is no account 'prod': there are tooling, dev"],
  ['--nonsense', "Unknown option '--nonsense'"],
])('%s is a wrong call', async (line, message) => {
  const { code, said } = await command.run(line);
  expect(code).toBe(2);
  expect(said).toContain(message);
});
test('--help shows how it is called', async () => {
  expect((await command.run('--help')).said).toContain('npm run execution-policy -- [options]');
});
test('synthesizes where no assembly is given, of the system asked for', async () => {
  const { code, said } = await command.run('--account tooling --system payment-processor');
  expect(code).toBe(0);
  expect(said).toContain('payment-processor-delivery-execution-1');
  expect((await command.run('--system nonsense')).code).toBe(2);
});

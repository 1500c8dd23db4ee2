import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { issueCredentials } from '../../cloud/services/sts';
import { local, type Local } from './local';

const [tooling, stage] = ['111111111111', '222222222222'];
const step = `arn:aws:iam::${tooling}:role/step`;
const roleArn = (name: string) => `arn:aws:iam::${stage}:role/${name}`;
const trust = (statement: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
});
const role = (RoleName: string, statement: object, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: trust(statement), ...more },
});

let here: Local;
const create = (account: string, Resources: object) => {
  const client = new CloudFormationClient(here.administrator(account));
  const TemplateBody = JSON.stringify({ Resources });
  return client.send(
    new CreateStackCommand({ StackName: 'roles', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
};
const assume = (config: object, RoleArn: string) =>
  new STSClient(config).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
const whoAmI = async (config: object) => (await new STSClient(config).send(new GetCallerIdentityCommand({}))).Arn;

beforeAll(async () => {
  here = await local();
  const root = { AWS: `arn:aws:iam::${tooling}:root` };
  const onlyStep = { ArnEquals: { 'aws:PrincipalArn': step } };
  const inline = { PolicyName: 'inline', PolicyDocument: trust({ Resource: '*' }) };
  await create(tooling, {
    Step: role('step', { Principal: { Service: 'codebuild.amazonaws.com' } }, { Policies: [inline] }),
  });
  await create(stage, {
    Open: role('open', { Principal: root }, { Policies: [inline] }),
    Conditional: role('conditional', { Principal: root, Condition: onlyStep }),
    Service: role('service', { Principal: { Service: 'ecs-tasks.amazonaws.com' } }),
    Attached: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'attached', PolicyDocument: trust({ Resource: '*' }), Roles: [{ Ref: 'Open' }] },
    },
  });
});
afterAll(() => here.stop());

test("an account's administrator is told by the access key", async () => {
  expect(await whoAmI(here.administrator(stage))).toBe(`arn:aws:iam::${stage}:user/administrator`);
});

test('keys of nobody are refused', async () => {
  await expect(whoAmI(here.as('test'))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(whoAmI(here.as('ASIA222222222222000099'))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test('a session acts in the account and the name of its role', async () => {
  const { Credentials, AssumedRoleUser } = await assume(here.administrator(tooling), roleArn('open'));
  expect(AssumedRoleUser!.Arn).toBe(`arn:aws:sts::${stage}:assumed-role/open/session`);
  expect(await whoAmI(here.as(Credentials!.AccessKeyId!))).toBe(AssumedRoleUser!.Arn);
  expect(here.cloud.calls.at(-1)).toMatchObject({
    service: 'sts',
    operation: 'GetCallerIdentity',
    account: stage,
    principalArn: AssumedRoleUser!.Arn,
  });
});

test('a role that does not exist, or trusts another account or a service only, is refused', async () => {
  const denied = (caller: string, name: string) => ({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${caller}:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`,
  });
  await expect(assume(here.administrator(tooling), roleArn('nobody'))).rejects.toMatchObject(denied(tooling, 'nobody'));
  await expect(assume(here.administrator('333333333333'), roleArn('open'))).rejects.toMatchObject(
    denied('333333333333', 'open'),
  );
  await expect(assume(here.administrator(stage), roleArn('service'))).rejects.toMatchObject(denied(stage, 'service'));
  expect(here.cloud.calls.at(-1)).toMatchObject({ operation: 'AssumeRole', error: 'AccessDenied' });
});

test('a condition on the principal admits that role alone', async () => {
  await expect(assume(here.administrator(tooling), roleArn('conditional'))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  const { accessKeyId } = issueCredentials(here.cloud, step, 'build');
  expect(await whoAmI(here.as(accessKeyId))).toBe(`arn:aws:sts::${tooling}:assumed-role/step/build`);
  const { AssumedRoleUser } = await assume(here.as(accessKeyId), roleArn('conditional'));
  expect(AssumedRoleUser!.Arn).toBe(`arn:aws:sts::${stage}:assumed-role/conditional/session`);
});

test('credentials end', async () => {
  const { accessKeyId } = issueCredentials(here.cloud, step, 'short', -1);
  await expect(whoAmI(here.as(accessKeyId))).rejects.toMatchObject({ name: 'ExpiredToken' });
  expect(() => issueCredentials(here.cloud, roleArn('nobody'), 'x')).toThrow(
    `role ${roleArn('nobody')} does not exist`,
  );
});

test('IAM shows roles and their inline policies, from any region', async () => {
  const client = new IAMClient(here.administrator(stage, 'eu-west-1'));
  const { Role } = await client.send(new GetRoleCommand({ RoleName: 'open' }));
  expect(Role).toMatchObject({ Arn: roleArn('open'), Path: '/' });
  expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement[0].Principal.AWS).toContain(tooling);
  const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName: 'open' }));
  expect(PolicyNames).toEqual(['inline', 'attached']);
  const policy = await client.send(new GetRolePolicyCommand({ RoleName: 'open', PolicyName: 'attached' }));
  expect(decodeURIComponent(policy.PolicyDocument!)).toContain('sts:AssumeRole');
  const absent = new GetRoleCommand({ RoleName: 'nobody' });
  await expect(client.send(absent)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

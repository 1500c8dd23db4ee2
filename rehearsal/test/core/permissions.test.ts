import { DescribeLogStreamsCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { grantsOf } from '../../cloud/access/grants';
import { usageOf } from '../../cloud/access/usage';
import { issueCredentials } from '../../cloud/services/sts';
import { local, type Local } from './local';
import { putRole } from './roles';

const account = '111111111111';
const statement = { Effect: 'Allow', Action: ['ssm:GetParameter', 'ssm:PutParameter'], Resource: '*' };
let here: Local;
let config: object;

beforeAll(async () => {
  here = await local();
  const env = here.cloud.environment(account, 'us-east-1');
  const role = putRole(env, 'step', 'codebuild.amazonaws.com', [
    { PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
  ]);
  config = here.as(issueCredentials(here.cloud, role, 'build').accessKeyId);
});
afterAll(() => here.stop());

const session = `arn:aws:sts::${account}:assumed-role/step/build`;
const put = () => new SSMClient(config).send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' }));

test('a role does what its policies allow, and what it did not use is told', async () => {
  await put();
  const grant = { account, role: 'step', policy: 'own', statement: 1 };
  expect(grantsOf(here.cloud)).toEqual([
    { ...grant, action: 'ssm:GetParameter', isUsed: false },
    { ...grant, action: 'ssm:PutParameter', isUsed: true },
  ]);
  await new SSMClient(config).send(new GetParameterCommand({ Name: '/a' }));
  expect(grantsOf(here.cloud).filter(({ isUsed }) => !isUsed)).toEqual([]);
});

test('each service refuses in its own words', async () => {
  const resource = `arn:aws:logs:us-east-1:${account}:log-group:/ecs/api:log-stream:`;
  await expect(
    new CloudWatchLogsClient(config).send(new DescribeLogStreamsCommand({ logGroupName: '/ecs/api' })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: ${session} is not authorized to perform: logs:DescribeLogStreams on resource: ${resource} because no identity-based policy allows the logs:DescribeLogStreams action`,
  });
  await expect(new EC2Client(config).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    message: expect.stringContaining('ec2:DescribeVpcs on resource: * because no identity-based policy allows'),
  });
});

test('a policy that changes takes effect at the next call', async () => {
  const { model } = here.cloud.environment(account, 'us-east-1').get('AWS::IAM::Role', 'step')!;
  model.Policies[0].PolicyDocument = { Statement: [statement, { ...statement, Effect: 'Deny' }] };
  await expect(put()).rejects.toMatchObject({
    message: expect.stringContaining(
      'ssm:PutParameter on resource: arn:aws:ssm:us-east-1:111111111111:parameter/a with an explicit deny in an identity-based policy',
    ),
  });
});

test('a denial is remembered, whatever the caller makes of it', () => {
  expect([...usageOf(here.cloud).denials]).toEqual(
    expect.arrayContaining([expect.stringContaining('ec2:DescribeVpcs')]),
  );
});

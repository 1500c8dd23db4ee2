import * as cfn from '@aws-sdk/client-cloudformation';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import { differences } from '../../cloud/cloudformation/differences';
import { local, type Local } from '../core/local';

let here: Local;
let client: cfn.CloudFormationClient;
let network: ec2.EC2Client;
beforeAll(async () => {
  here = await local();
  const settings = here.administrator('111111111111');
  client = new cfn.CloudFormationClient(settings);
  network = new ec2.EC2Client(settings);
});
afterAll(() => here.stop());

const resources = (retention = 30) => ({
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Front: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      ...{ GroupDescription: 'front', VpcId: { Ref: 'Vpc' } },
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
    },
  },
  Quiet: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'quiet', VpcId: { Ref: 'Vpc' } } },
  Lines: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/lines', RetentionInDays: retention } },
  Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x' } },
});
const StackName = 'net';

/** Detects, and tells status and differences of what is not in sync. */
async function detect() {
  const { StackDriftDetectionId } = await client.send(new cfn.DetectStackDriftCommand({ StackName }));
  const status = await client.send(new cfn.DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
  const { StackResourceDrifts = [] } = await client.send(new cfn.DescribeStackResourceDriftsCommand({ StackName }));
  const apart = StackResourceDrifts.filter((d) => d.StackResourceDriftStatus !== 'IN_SYNC');
  return {
    status: status.StackDriftStatus,
    count: status.DriftedStackResourceCount,
    checked: StackResourceDrifts.map((d) => d.LogicalResourceId),
    told: apart
      .flatMap((d) =>
        (d.PropertyDifferences ?? []).length
          ? d.PropertyDifferences!.map((p) => `${d.LogicalResourceId} ${p.DifferenceType} ${p.PropertyPath}`)
          : [`${d.LogicalResourceId} ${d.StackResourceDriftStatus}`],
      )
      .sort(),
  };
}
const resourceStatus = async (LogicalResourceId: string) => {
  const asked = new cfn.DescribeStackResourceCommand({ StackName, LogicalResourceId });
  return (await client.send(asked)).StackResourceDetail!.DriftInformation!.StackResourceDriftStatus;
};
const open = (GroupId: string, port: number) =>
  network.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );
const groupId = async (LogicalResourceId: string) => {
  const asked = new cfn.DescribeStackResourceCommand({ StackName, LogicalResourceId });
  return (await client.send(asked)).StackResourceDetail!.PhysicalResourceId!;
};

test('drift is found where something else than CloudFormation changed what the template sets, and nowhere else', async () => {
  await client.send(
    new cfn.CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: resources() }) }),
  );
  expect(await resourceStatus('Front')).toBe('NOT_CHECKED');
  expect(await detect()).toMatchObject({ status: 'IN_SYNC', count: 0, told: [] });

  await open(await groupId('Front'), 22);
  // A template without rules says nothing about them, so CloudFormation does not see this one.
  await open(await groupId('Quiet'), 22);
  const lines = new logs.CloudWatchLogsClient(here.administrator('111111111111'));
  await lines.send(new logs.PutRetentionPolicyCommand({ logGroupName: '/lines', retentionInDays: 1 }));
  const found = await detect();
  expect(found).toMatchObject({ status: 'DRIFTED', count: 2 });
  expect(found.told).toEqual(['Front ADD /SecurityGroupIngress/1', 'Lines NOT_EQUAL /RetentionInDays']);
  expect(await resourceStatus('Front')).toBe('MODIFIED');

  await lines.send(new logs.DeleteLogGroupCommand({ logGroupName: '/lines' }));
  expect((await detect()).told).toContain('Lines DELETED');
});

test('a type without support is not checked, and not told', async () => {
  expect((await detect()).checked).not.toContain('Parameter');
  expect(await resourceStatus('Parameter')).toBe('NOT_CHECKED');
});

test('what was opened by hand can be closed by hand', async () => {
  const GroupId = await groupId('Front');
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  await expect(open(GroupId, 22)).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
  await network.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  expect((await detect()).told.filter((line) => line.startsWith('Front'))).toEqual([]);
  const again = network.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  await expect(again).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
});

test('an unknown detection, an unknown stack, and one that changes are refused', async () => {
  const status = new cfn.DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: 'none' });
  await expect(client.send(status)).rejects.toMatchObject({ name: 'ValidationError' });
  const unknown = new cfn.DetectStackDriftCommand({ StackName: 'none' });
  await expect(client.send(unknown)).rejects.toMatchObject({ name: 'ValidationError' });
  const TemplateBody = JSON.stringify({ Resources: resources() });
  const reviewed = { StackName: 'new', ChangeSetName: 'next', ChangeSetType: 'CREATE' as const, TemplateBody };
  await client.send(new cfn.CreateChangeSetCommand(reviewed));
  await expect(client.send(new cfn.DetectStackDriftCommand({ StackName: 'new' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('REVIEW_IN_PROGRESS'),
  });
});

test.each([
  ['the same', { A: 80, B: [{ C: 'x' }] }, { A: '80', B: [{ C: 'x', Default: 'y' }], D: 1 }, []],
  ['another value, deep', { A: { B: [{ C: 'x' }] } }, { A: { B: [{ C: 'y' }] } }, ['NOT_EQUAL /A/B/0/C x y']],
  ['gone', { A: { B: 1 } }, {}, ['REMOVE /A {"B":1} null']],
  ['one less', { A: ['x', 'y'] }, { A: ['y'] }, ['REMOVE /A/0 x null']],
  ['one more', { A: ['y'] }, { A: ['x', 'y'] }, ['ADD /A/0 null x']],
  ['another kind', { A: ['y'] }, { A: 'y' }, ['NOT_EQUAL /A ["y"] y']],
])('%s', (_, expected, actual, told) => {
  const found = differences(expected, actual);
  expect(found.map((d) => `${d.DifferenceType} ${d.PropertyPath} ${d.ExpectedValue} ${d.ActualValue}`)).toEqual(told);
});

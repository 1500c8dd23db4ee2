import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import * as sdk from '@aws-sdk/client-rds';
import { forcesTls } from '../../cloud/services/rds/parameters';
import { local, type Local } from '../core/local';
import { until } from '../ecs/fixture';
import { template } from './stack';

const account = '111111111111';
let here: Local;
let stacks: CloudFormationClient;
beforeAll(async () => {
  here = await local();
  stacks = new CloudFormationClient(here.administrator(account));
});
afterAll(() => here.stop());

// Without instances no server runs: these tests are about what RDS refuses.
const bare = { Writer: undefined, Reader: undefined };

/** Status of the stack, once it has settled, and what its events say. */
async function outcome(StackName: string) {
  const status = async () =>
    (await stacks.send(new DescribeStacksCommand({ StackName }))).Stacks![0]!.StackStatus as string;
  await until(async () => !(await status()).includes('IN_PROGRESS'));
  const { StackEvents } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  return { status: await status(), reasons: StackEvents!.map((e) => e.ResourceStatusReason ?? '').join('\n') };
}
async function create(StackName: string, TemplateBody: string) {
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
  return outcome(StackName);
}

test.each([
  [
    'a subnet group in one zone',
    {},
    {
      SubnetB: {
        Type: 'AWS::EC2::Subnet',
        Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.21.0/24', AvailabilityZone: 'us-east-1a' },
      },
    },
    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a.",
  ],
  ['a cluster without a password', { ManageMasterUserPassword: false }, {}, 'MasterUsername and MasterUserPassword'],
  ['a subnet group that does not exist', { DBSubnetGroupName: 'none' }, {}, "DB subnet group 'none' does not exist."],
  [
    'an instance of no cluster',
    {},
    {
      Writer: {
        Type: 'AWS::RDS::DBInstance',
        Properties: { DBClusterIdentifier: 'none', DBInstanceClass: 'db.serverless', Engine: 'aurora-postgresql' },
      },
    },
    'Could not find DB Cluster none',
  ],
])('refuses %s', async (what, cluster, resources, reason) => {
  const { status, reasons } = await create(what.replaceAll(' ', '-'), template(cluster, { ...bare, ...resources }));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons).toContain(reason);
});

test('the stack of a protected cluster is not deleted until the protection is lifted', async () => {
  const StackName = 'protected';
  expect(await create(StackName, template({ DeletionProtection: true }, bare))).toMatchObject({
    status: 'CREATE_COMPLETE',
  });
  await stacks.send(new DeleteStackCommand({ StackName }));
  const refused = await outcome(StackName);
  expect(refused.status).toBe('DELETE_FAILED');
  expect(refused.reasons).toContain(
    'Cannot delete protected Cluster, please disable deletion protection and try again.',
  );
  const rds = new sdk.RDSClient(here.administrator(account));
  const lift = { DBClusterIdentifier: 'payment-database-dev', DeletionProtection: false };
  await rds.send(new sdk.ModifyDBClusterCommand(lift));
  await stacks.send(new DeleteStackCommand({ StackName }));
  await until(async () => !(await stacks.send(new DescribeStacksCommand({ StackName })).catch(() => undefined)));
  await expect(rds.send(new sdk.DescribeDBClustersCommand(lift))).rejects.toBeInstanceOf(sdk.DBClusterNotFoundFault);
});

test('TLS is forced from version 17 on, and before where the parameter says so', async () => {
  const env = here.cloud.environment(account, 'us-east-1');
  const group = (id: string, value: string) =>
    env.put({
      ...{ type: 'AWS::RDS::DBClusterParameterGroup', id, seed: '', properties: {} },
      model: { Parameters: { 'rds.force_ssl': value } },
    });
  group('on', '1');
  group('off', '0');
  const forced = (EngineVersion: string, DBClusterParameterGroupName?: string) =>
    forcesTls(env, {
      ...{ type: '', id: '', seed: '', properties: {} },
      model: { EngineVersion, DBClusterParameterGroupName },
    });
  expect([forced('16.6'), forced('17.4'), forced('16.6', 'on'), forced('17.4', 'off')]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as sdk from '@aws-sdk/client-rds';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../cloud/state';
import { local, type Local } from '../core/local';
import { until } from '../ecs/fixture';
import { fromVpc, query, template } from './stack';

const account = '111111111111';
const StackName = 'data';
let here: Local;
let env: Environment;
let stacks: CloudFormationClient;
let rds: sdk.RDSClient;
let secrets: SecretsManagerClient;
let outputs: Record<string, string>;
let master: { user: string; password: string };

const stack = async () =>
  (await stacks.send(new DescribeStacksCommand({ StackName })).catch(() => undefined))?.Stacks![0];
const settled = async (status: string) => {
  await until(async () => !(await stack())?.StackStatus!.includes('IN_PROGRESS'), 30_000);
  const found = await stack();
  if (found?.StackStatus === status) return found;
  const { StackEvents } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  throw new Error(StackEvents!.map((e) => e.ResourceStatusReason ?? '').join('\n'));
};
const credentials = async () => {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: outputs.Secret }));
  const { username: user, password } = JSON.parse(SecretString!);
  return { user, password };
};
const cluster = async () => (await rds.send(new sdk.DescribeDBClustersCommand({}))).DBClusters![0]!;

beforeAll(async () => {
  here = await local();
  env = here.cloud.environment(account, 'us-east-1');
  stacks = new CloudFormationClient(here.administrator(account));
  rds = new sdk.RDSClient(here.administrator(account));
  secrets = new SecretsManagerClient(here.administrator(account));
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: template() }));
  const { Outputs } = await settled('CREATE_COMPLETE');
  outputs = Object.fromEntries(Outputs!.map((o) => [o.OutputKey, o.OutputValue]));
  master = await credentials();
}, 60_000);
afterAll(() => here.stop());

test('describes the cluster, its members, subnets and parameters', async () => {
  expect(outputs).toMatchObject({
    Endpoint: expect.stringMatching(/^payment-database-dev\.cluster-c\w{11}\.us-east-1\.rds\.amazonaws\.com$/),
    ReadEndpoint: expect.stringMatching(/^payment-database-dev\.cluster-ro-c\w{11}\.us-east-1\.rds\.amazonaws\.com$/),
    Port: '5432',
    Secret: expect.stringMatching(/:secret:rds!cluster-[0-9a-f-]{36}-[A-Za-z0-9]{6}$/),
  });
  const found = await cluster();
  expect(found).toMatchObject({
    Status: 'available',
    EngineVersion: '16.6',
    Endpoint: outputs.Endpoint,
    ReaderEndpoint: outputs.ReadEndpoint,
    Port: 5432,
    DatabaseName: 'payments',
    BackupRetentionPeriod: 7,
    StorageEncrypted: true,
    DeletionProtection: false,
    MultiAZ: true,
    EnabledCloudwatchLogsExports: ['postgresql'],
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
    MasterUserSecret: { SecretArn: outputs.Secret, SecretStatus: 'active' },
  });
  expect(found.DBClusterMembers!.map((m) => m.IsClusterWriter)).toEqual([true, false]);
  const filter = { Filters: [{ Name: 'db-cluster-id', Values: ['payment-database-dev'] }] };
  const { DBInstances } = await rds.send(new sdk.DescribeDBInstancesCommand(filter));
  expect(DBInstances).toHaveLength(2);
  expect(DBInstances![0]).toMatchObject({
    DBInstanceStatus: 'available',
    PubliclyAccessible: false,
    DBInstanceClass: 'db.serverless',
    Endpoint: { Port: 5432 },
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  });
  expect(DBInstances!.map((i) => i.AvailabilityZone).sort()).toEqual(['us-east-1a', 'us-east-1b']);
  const { DBSubnetGroups } = await rds.send(
    new sdk.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: found.DBSubnetGroup }),
  );
  expect(DBSubnetGroups![0]!.Subnets).toHaveLength(2);
  const asked = { DBClusterParameterGroupName: found.DBClusterParameterGroup };
  const { Parameters } = await rds.send(new sdk.DescribeDBClusterParametersCommand(asked));
  expect(Parameters!.find((p) => p.ParameterName === 'rds.force_ssl')?.ParameterValue).toBe('1');
  const unknown = new sdk.DescribeDBClustersCommand({ DBClusterIdentifier: 'nothing' });
  await expect(rds.send(unknown)).rejects.toBeInstanceOf(sdk.DBClusterNotFoundFault);
});

test('a program in the VPC reaches the writer by its name, over TLS that it verifies, and the reader follows', () => {
  const write = `
    await client.query('CREATE TABLE made (id int PRIMARY KEY)');
    await client.query('INSERT INTO made VALUES (1)');
    const { rows } = await client.query("SELECT ssl, current_user AS me FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    console.log(JSON.stringify(rows[0]));`;
  const config = { ...master, host: outputs.Endpoint };
  expect(JSON.parse(fromVpc(env, config, write))).toEqual({ ssl: true, me: 'payments_admin' });
  const read = `
    for (let left = 100; left; left--) {
      const { rows } = await client.query("SELECT to_regclass('made') IS NOT NULL AS there, pg_is_in_recovery() AS reader");
      if (left > 1 && !rows[0].there) { await new Promise((done) => setTimeout(done, 50)); continue; }
      console.log(JSON.stringify(rows[0]));
      break;
    }
    await client.query('INSERT INTO made VALUES (2)');`;
  const [rows, refusal] = fromVpc(env, { ...master, host: outputs.ReadEndpoint }, read).split('\n');
  expect(JSON.parse(rows!)).toEqual({ there: true, reader: true });
  expect(refusal).toBe('25006 cannot execute INSERT in a read-only transaction');
});

test('refuses plain text, wrong passwords and clients that do not trust the authority', async () => {
  const attempt = (config: object) => query(env, outputs.Endpoint!, { ...master, ...config }, 'SELECT 1');
  await expect(attempt({ ssl: false })).rejects.toThrow(
    /no pg_hba.conf entry for host .*user "payments_admin", database "payments", no encryption/,
  );
  await expect(attempt({ password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
  const config = { ...master, host: outputs.Endpoint };
  expect(fromVpc(env, config, '', { NODE_EXTRA_CA_CERTS: undefined })).toMatch(/UNABLE_TO|SELF_SIGNED/);
  expect(fromVpc(env, { ...config, host: 'other.us-east-1.rds.amazonaws.com' }, '')).toMatch(/^ENOTFOUND/);
});

test('the master user owns the database, and is no superuser', async () => {
  const rows = await query(
    env,
    outputs.Endpoint!,
    master,
    `SELECT rolsuper, rolcreatedb, pg_has_role('rds_superuser', 'MEMBER') AS member,
            (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'payments') AS owner
       FROM pg_roles WHERE rolname = current_user`,
  );
  expect(rows).toEqual([{ rolsuper: false, rolcreatedb: true, member: true, owner: 'payments_admin' }]);
});

test('the managed secret is RDS’s: others may rotate it, but not change or delete it', async () => {
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: outputs.Secret }));
  expect(described).toMatchObject({ OwningService: 'rds', RotationEnabled: true });
  await expect(secrets.send(new DeleteSecretCommand({ SecretId: outputs.Secret }))).rejects.toThrow(/managed by rds/);
  await secrets.send(new RotateSecretCommand({ SecretId: outputs.Secret }));
  const former = master;
  master = await credentials();
  expect(master.password).not.toBe(former.password);
  await expect(query(env, outputs.Endpoint!, former, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await expect(query(env, outputs.Endpoint!, master, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
});

test('exports the log of each instance, without a password in it', async () => {
  const logs = new CloudWatchLogsClient(here.administrator(account));
  const logGroupName = '/aws/rds/cluster/payment-database-dev/postgresql';
  const found = async (filterPattern: string) =>
    (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events!;
  const ready = await found('"ready to accept"');
  expect(new Set(ready.map((e) => e.logStreamName)).size).toBe(2);
  expect(ready[0]!.message).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC::@:\[\d+\]:LOG:/);
  expect(await found('"connection authorized: user=payments_admin"')).not.toEqual([]);
  expect(JSON.stringify(await found(''))).not.toContain(master.password);
});

test('a protected cluster is not deleted until somebody lifts the protection', async () => {
  const TemplateBody = template({ DeletionProtection: true });
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody }));
  await settled('UPDATE_COMPLETE');
  const resource = env.list('AWS::RDS::DBCluster')[0]!;
  const refuse = () => here.cloud.resourceTypes.get(resource.type)!.beforeDelete!(resource, env);
  expect(refuse).toThrow('Cannot delete protected Cluster, please disable deletion protection and try again.');
  const lift = { DBClusterIdentifier: 'payment-database-dev', DeletionProtection: false };
  const { DBCluster } = await rds.send(new sdk.ModifyDBClusterCommand(lift));
  expect(DBCluster!.DeletionProtection).toBe(false);
  expect(refuse).toThrow('Cluster cannot be deleted, it still contains DB instances in non-deleting state.');
});

test('when the writer goes, the reader takes over with all that was written', async () => {
  const { DBClusterMembers } = await cluster();
  const [writer, reader] = DBClusterMembers!.map((m) => m.DBInstanceIdentifier!);
  await stacks.send(
    new UpdateStackCommand({
      StackName,
      TemplateBody: template(
        {},
        {
          Writer: undefined,
          Reader: {
            Type: 'AWS::RDS::DBInstance',
            Properties: {
              DBClusterIdentifier: { Ref: 'Cluster' },
              DBInstanceClass: 'db.serverless',
              Engine: 'aurora-postgresql',
            },
          },
        },
      ),
    }),
  );
  await settled('UPDATE_COMPLETE');
  expect((await cluster()).DBClusterMembers).toMatchObject([{ DBInstanceIdentifier: reader, IsClusterWriter: true }]);
  expect(reader).not.toBe(writer);
  await query(env, outputs.Endpoint!, master, 'INSERT INTO made VALUES (3)');
  const rows = await query(env, outputs.ReadEndpoint!, master, 'SELECT id FROM made ORDER BY id');
  expect(rows).toEqual([{ id: 1 }, { id: 3 }]);
});

test('deleting the stack leaves no server, no data and no secret; the log group stays', async () => {
  const folder = join(here.cloud.directory, 'rds', `${account}-us-east-1`);
  expect(readdirSync(folder)).toHaveLength(1);
  await stacks.send(new DeleteStackCommand({ StackName }));
  await until(async () => (await stack()) === undefined, 20_000);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(join(here.cloud.directory, 'rds', 'template'))).toBe(true);
  await expect(secrets.send(new DescribeSecretCommand({ SecretId: outputs.Secret }))).rejects.toThrow();
  expect(env.list().map((r) => r.id)).toEqual(['/aws/rds/cluster/payment-database-dev/postgresql']);
});

// A template with a database, and what clients of it do.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { addressBook } from '../../cloud/runtime/address-book';
import { authorityFile, certificateAuthority } from '../../cloud/runtime/certificate-authority';
import { vpcEnvironment } from '../../cloud/runtime/processes';
import type { Environment, Values } from '../../cloud/state';

const subnet = (i: number) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: {
    VpcId: { Ref: 'Vpc' },
    CidrBlock: `10.0.${20 + i}.0/24`,
    AvailabilityZone: `us-east-1${'ab'[i]}`,
  },
});
const instance = (more: Values = {}) => ({
  Type: 'AWS::RDS::DBInstance',
  Properties: {
    DBClusterIdentifier: { Ref: 'Cluster' },
    DBInstanceClass: 'db.serverless',
    Engine: 'aurora-postgresql',
  },
  ...more,
});

/** A cluster in two zones, a writer and a reader; more properties of the cluster, and more resources. */
export const template = (cluster: Values = {}, resources: Values = {}) =>
  JSON.stringify({
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      SubnetA: subnet(0),
      SubnetB: subnet(1),
      Subnets: {
        Type: 'AWS::RDS::DBSubnetGroup',
        Properties: { DBSubnetGroupDescription: 'isolated', SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }] },
      },
      Parameters: {
        Type: 'AWS::RDS::DBClusterParameterGroup',
        Properties: {
          Family: 'aurora-postgresql16',
          Description: 'TLS only',
          Parameters: { 'rds.force_ssl': '1', log_connections: '1', shared_preload_libraries: 'pg_stat_statements' },
        },
      },
      Cluster: {
        Type: 'AWS::RDS::DBCluster',
        Properties: {
          DBClusterIdentifier: 'Payment-database-dev',
          Engine: 'aurora-postgresql',
          EngineVersion: '16.6',
          DatabaseName: 'payments',
          MasterUsername: 'payments_admin',
          ManageMasterUserPassword: true,
          DBSubnetGroupName: { Ref: 'Subnets' },
          DBClusterParameterGroupName: { Ref: 'Parameters' },
          EnableCloudwatchLogsExports: ['postgresql'],
          ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
          StorageEncrypted: true,
          BackupRetentionPeriod: 7,
          ...cluster,
        },
      },
      Writer: instance(),
      Reader: instance({ DependsOn: 'Writer' }),
      ...resources,
    },
    Outputs: {
      Endpoint: { Value: { 'Fn::GetAtt': ['Cluster', 'Endpoint.Address'] } },
      ReadEndpoint: { Value: { 'Fn::GetAtt': ['Cluster', 'ReadEndpoint.Address'] } },
      Port: { Value: { 'Fn::GetAtt': ['Cluster', 'Endpoint.Port'] } },
      Secret: { Value: { 'Fn::GetAtt': ['Cluster', 'MasterUserSecret.SecretArn'] } },
    },
  });

/** What a program in the VPC sees: runs JavaScript there, with a connected client of `host`, and returns what it prints. */
export function fromVpc(env: Environment, config: ClientConfig, script: string, more: NodeJS.ProcessEnv = {}): string {
  const vpc = env.list('AWS::EC2::VPC')[0]!.id;
  const program = `
    const { Client } = require(${JSON.stringify(require.resolve('pg'))});
    const client = new Client({ port: 5432, database: 'payments', ssl: {}, ...${JSON.stringify(config)} });
    client.connect().then(async () => { ${script} })
      .catch((error) => console.log(error.code, error.message)).finally(() => client.end());`;
  const own = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: authorityFile(env.cloud), ...more };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
    env: { ...own, ...vpcEnvironment(addressBook(env).file(vpc)) },
    encoding: 'utf8',
  });
  return (stdout + stderr).trim();
}

/** Loopback port behind a name of the VPC. */
export function portOf(env: Environment, host: string): number {
  const vpc = env.list('AWS::EC2::VPC')[0]!.id;
  const { names, addresses } = JSON.parse(readFileSync(addressBook(env).file(vpc), 'utf8'));
  return addresses[`${names[host][0]}:5432`];
}

/** Runs one statement as a client on this computer that verifies the certificate for the name. */
export async function query(env: Environment, host: string, config: ClientConfig, statement: string) {
  const { certificate: ca } = await certificateAuthority(env.cloud);
  const own = { host: '127.0.0.1', port: portOf(env, host), database: 'payments', ssl: { ca, servername: host } };
  const client = new Client({ ...own, ...config });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

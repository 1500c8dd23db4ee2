// What RDS remembers beside the resources: master passwords, members, and the servers that run.
import { hash, letters } from '../../hash';
import type { Environment, Resource } from '../../state';
import { AwsError } from '../../wire/aws-error';
import type { DatabaseServer } from './postgres/server';

export const CLUSTER = 'AWS::RDS::DBCluster';
export const INSTANCE = 'AWS::RDS::DBInstance';
export const SUBNET_GROUP = 'AWS::RDS::DBSubnetGroup';
export const CLUSTER_PARAMETERS = 'AWS::RDS::DBClusterParameterGroup';
export const PARAMETERS = 'AWS::RDS::DBParameterGroup';

export interface Member {
  /** DBInstanceIdentifier. */
  id: string;
  server: DatabaseServer;
  zone?: string;
  /** Address of its VPC; none where the cluster is in no VPC. */
  ip?: string;
}

/** A cluster as it runs. Its data outlives its members. */
export interface DatabaseCluster {
  id: string;
  /** Folder of the writer's data. */
  directory: string;
  master: { name: string; password: string };
  /** The first one is the writer. */
  members: Member[];
  /** Members begin and end one after another. */
  queue: Promise<unknown>;
  isPrepared: boolean;
  created: Date;
}

export const clusters = (env: Environment) => env.shelf<DatabaseCluster>('rds clusters');

/** The part of each endpoint that stands for the account and region. */
export const endpointSuffix = (env: Environment) => `c${letters(`rds ${env.account} ${env.region}`, 11).toLowerCase()}`;
export const hostedZone = (env: Environment) => `Z${hash(`rds ${env.region}`, 13).toUpperCase()}`;

const domain = ({ region }: Environment) => `${region}.rds.amazonaws.com`;

/** Host names of a cluster's endpoints, and of an instance's. */
export const writerEndpoint = (env: Environment, cluster: string) =>
  `${cluster}.cluster-${endpointSuffix(env)}.${domain(env)}`;
export const readerEndpoint = (env: Environment, cluster: string) =>
  `${cluster}.cluster-ro-${endpointSuffix(env)}.${domain(env)}`;
export const instanceEndpoint = (env: Environment, instance: string) =>
  `${instance}.${endpointSuffix(env)}.${domain(env)}`;

/** Values of a template may be texts. */
export const isTrue = (value: unknown) => String(value) === 'true';
export const portOf = ({ model }: Resource) => Number(model.Port ?? 5432);

/** The major version of an engine: 16 for 16.6. */
export const majorVersion = (version: unknown = '16') => Number(String(version).split('.')[0]);

const faults: Record<string, [code: string, what: string]> = {
  [CLUSTER]: ['DBClusterNotFoundFault', 'DBCluster'],
  [INSTANCE]: ['DBInstanceNotFound', 'DBInstance'],
  [SUBNET_GROUP]: ['DBSubnetGroupNotFoundFault', 'DB subnet group'],
  [CLUSTER_PARAMETERS]: ['DBParameterGroupNotFound', 'DBClusterParameterGroup'],
  [PARAMETERS]: ['DBParameterGroupNotFound', 'DBParameterGroup'],
};

/** A resource by its name or ARN. Throws the fault of its type, as DBClusterNotFoundFault. */
export function find(env: Environment, type: string, nameOrArn = ''): Resource {
  const name = nameOrArn.split(':').pop()!.toLowerCase();
  const found = env.get(type, name);
  if (found) return found;
  const [code, what] = faults[type]!;
  throw new AwsError(code, `${what} ${name} not found.`, 404);
}

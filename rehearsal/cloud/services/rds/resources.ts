// RDS's resource types beyond their specification.
import { join } from 'node:path';
import { HandlerError, serviceError } from '../../cloudformation/handler-error';
import { hash, letters } from '../../hash';
import type { ResourceType } from '../../module';
import type { Environment, Resource } from '../../state';
import { prepareLogGroup } from './log-export';
import { makeMasterSecret, removeMasterSecret } from './master-secret';
import { addMember, changePassword, removeCluster, removeMember } from './members';
import { databaseAccount, databaseFolder } from './postgres/account';
import {
  CLUSTER,
  CLUSTER_PARAMETERS,
  clusters,
  hostedZone,
  instanceEndpoint,
  INSTANCE,
  isTrue,
  PARAMETERS,
  portOf,
  readerEndpoint,
  SUBNET_GROUP,
  writerEndpoint,
} from './state';

const refuse = (operation: string, code: string, message: string) =>
  serviceError('AmazonRDS', operation, code, message);
const lower = (name: string) => name.toLowerCase();

const isAurora = ({ model }: Resource) => model.Engine === 'aurora-postgresql';

const cluster: ResourceType = {
  maxLength: 63,
  lowerCase: true,
  attributes({ env, model, seed, arn }) {
    const id = lower(model.DBClusterIdentifier);
    const Port = String(model.Port ?? 5432);
    const managed = arn('secretsmanager', `secret:rds!cluster-${uuid(seed)}-${letters(seed, 6)}`);
    return {
      DBClusterIdentifier: id,
      DBClusterArn: arn('rds', `cluster:${id}`),
      DBClusterResourceId: `cluster-${letters(seed, 26)}`,
      Endpoint: { Address: writerEndpoint(env, id), Port },
      'Endpoint.Address': writerEndpoint(env, id),
      'Endpoint.Port': Port,
      ReadEndpoint: { Address: readerEndpoint(env, id) },
      'ReadEndpoint.Address': readerEndpoint(env, id),
      'MasterUserSecret.SecretArn': isTrue(model.ManageMasterUserPassword) ? managed : undefined,
    };
  },
  created(resource, env) {
    const { id, model } = resource;
    if (!isAurora(resource)) return;
    const group = model.DBSubnetGroupName;
    if (group && !env.get(SUBNET_GROUP, lower(group))) {
      throw refuse('CreateDBCluster', 'DBSubnetGroupNotFoundFault', `DB subnet group '${group}' does not exist.`);
    }
    if (!model.MasterUsername || (!model.MasterUserPassword && !isTrue(model.ManageMasterUserPassword))) {
      const message =
        'The parameters MasterUsername and MasterUserPassword, or ManageMasterUserPassword, must be provided.';
      throw refuse('CreateDBCluster', 'InvalidParameterCombination', message);
    }
    const folder = join(env.cloud.directory, 'rds', `${env.account}-${env.region}`, `${id}-${env.cloud.unique()}`);
    const account = databaseAccount();
    databaseFolder(env.cloud, join(folder, '..'));
    databaseFolder(env.cloud, folder, account);
    const made = {
      id,
      directory: join(folder, 'data'),
      master: { name: model.MasterUsername, password: model.MasterUserPassword ?? '' },
      members: [],
      queue: Promise.resolve(),
      isPrepared: false,
      created: env.cloud.clock.now(),
    };
    clusters(env).set(id, made);
    if (isTrue(model.ManageMasterUserPassword)) makeMasterSecret(env, resource, made);
    prepareLogGroup(env, resource);
  },
  async updated(resource, before, env) {
    const found = clusters(env).get(resource.id);
    if (!found) return;
    prepareLogGroup(env, resource);
    const { MasterUserPassword: password } = resource.properties;
    if (password && password !== before.properties.MasterUserPassword) await changePassword(found, password);
  },
  beforeDelete({ id, model }, env) {
    if (isTrue(model.DeletionProtection)) {
      const message = 'Cannot delete protected Cluster, please disable deletion protection and try again.';
      throw refuse('DeleteDBCluster', 'InvalidParameterCombination', message);
    }
    if (clusters(env).get(id)?.members.length) {
      const message = 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.';
      throw refuse('DeleteDBCluster', 'InvalidDBClusterStateFault', message);
    }
  },
  async deleted(resource, env) {
    const found = clusters(env).get(resource.id);
    removeMasterSecret(env, resource);
    if (found) await removeCluster(env, found);
  },
};

/** A UUID that follows from a text. */
function uuid(text: string): string {
  const hex = hash(text, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

const instance: ResourceType = {
  maxLength: 63,
  lowerCase: true,
  attributes({ env, model, seed, arn }) {
    const id = lower(model.DBInstanceIdentifier);
    const ofCluster = env.get(CLUSTER, lower(model.DBClusterIdentifier ?? ''));
    const Port = String(ofCluster ? portOf(ofCluster) : (model.Port ?? 5432));
    const Address = instanceEndpoint(env, id);
    const HostedZoneId = hostedZone(env);
    return {
      DBInstanceIdentifier: id,
      DBInstanceArn: arn('rds', `db:${id}`),
      DbiResourceId: `db-${letters(seed, 26)}`,
      Endpoint: { Address, Port, HostedZoneId },
      ...{ 'Endpoint.Address': Address, 'Endpoint.Port': Port, 'Endpoint.HostedZoneId': HostedZoneId },
    };
  },
  async created(resource, env) {
    const { DBClusterIdentifier: name } = resource.model;
    if (!name) return;
    if (!env.get(CLUSTER, lower(name))) {
      throw refuse('CreateDBInstance', 'DBClusterNotFoundFault', `Could not find DB Cluster ${name}`);
    }
    const found = clusters(env).get(lower(name));
    if (!found) return;
    await addMember(env, found, resource).catch((error) => {
      throw new HandlerError('GeneralServiceException', error.message);
    });
  },
  async deleted({ id, model }, env) {
    const found = clusters(env).get(lower(model.DBClusterIdentifier ?? ''));
    if (found) await removeMember(env, found, id);
  },
};

const subnetGroup: ResourceType = {
  maxLength: 255,
  lowerCase: true,
  attributes({ model, arn }) {
    const name = lower(model.DBSubnetGroupName);
    return { DBSubnetGroupName: name, DBSubnetGroupArn: arn('rds', `subgrp:${name}`) };
  },
  created({ model }, env) {
    const zones = (model.SubnetIds as string[]).map((id) => zoneOf(env, id));
    const different = new Set(zones);
    if (different.size >= 2) return;
    const message = `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...different].join(', ')}. Add subnets to cover at least 2 AZs.`;
    throw refuse('CreateDBSubnetGroup', 'DBSubnetGroupDoesNotCoverEnoughAZs', message);
  },
  beforeDelete({ id }, env) {
    const user = env.list(CLUSTER).find(({ model }) => lower(model.DBSubnetGroupName ?? '') === id);
    if (!user) return;
    const message = `Cannot delete the subnetGroup '${id}' because at least one database cluster: ${user.id} is still using it.`;
    throw refuse('DeleteDBSubnetGroup', 'InvalidDBSubnetGroupStateFault', message);
  },
};

function zoneOf(env: Environment, subnetId: string): string {
  const zone: string | undefined = env.get('AWS::EC2::Subnet', subnetId)?.model.AvailabilityZone;
  if (zone) return zone;
  throw refuse('CreateDBSubnetGroup', 'InvalidSubnet', `Subnet IDs are invalid: ${subnetId}`);
}

const parameterGroup = (nameProperty: string): ResourceType => ({
  maxLength: 255,
  lowerCase: true,
  attributes: ({ model, arn }) => {
    const name = lower(model[nameProperty]);
    const kind = nameProperty.includes('Cluster') ? 'cluster-pg' : 'pg';
    return { [nameProperty]: name, DBParameterGroupArn: arn('rds', `${kind}:${name}`) };
  },
});

export const resources: Record<string, ResourceType> = {
  [CLUSTER]: cluster,
  [INSTANCE]: instance,
  [SUBNET_GROUP]: subnetGroup,
  [CLUSTER_PARAMETERS]: parameterGroup('DBClusterParameterGroupName'),
  [PARAMETERS]: parameterGroup('DBParameterGroupName'),
};

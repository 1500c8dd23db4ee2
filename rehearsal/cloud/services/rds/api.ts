import * as sdk from '@aws-sdk/client-rds';
import { environmentOf } from '../../identity';
import type { Cloud, Environment, Resource } from '../../state';
import { AwsError, service, type Service } from '../../wire/service';
import { describeCluster, describeInstance, describeSubnetGroup } from './describe';
import { prepareLogGroup } from './log-export';
import { changePassword } from './members';
import { textsOf } from './parameters';
import { CLUSTER, CLUSTER_PARAMETERS, clusters, find, INSTANCE, PARAMETERS, SUBNET_GROUP } from './state';

/** One resource by name or ARN, or all of the type. */
const some = (env: Environment, type: string, name?: string): Resource[] =>
  name ? [find(env, type, name)] : env.list(type);

/** Keeps what the filters name. Throws InvalidParameterValue for a filter that RDS does not know here. */
function filtered(found: Resource[], filters: sdk.Filter[] = [], values: Record<string, (r: Resource) => string>) {
  return found.filter((resource) =>
    filters.every(({ Name, Values = [] }) => {
      const value = values[Name!];
      if (!value) throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
      return Values.some((wanted) => wanted === value(resource) || wanted.endsWith(`:${value(resource)}`));
    }),
  );
}

const parameters = (group: Resource, source?: string): sdk.Parameter[] =>
  source && source !== 'user'
    ? []
    : Object.entries(textsOf(group.model.Parameters)).map(([ParameterName, ParameterValue]) => ({
        ...{ ParameterName, ParameterValue },
        ...{ Source: 'user', IsModifiable: true, ApplyMethod: 'pending-reboot' },
      }));

/** RDS: databases can be looked at, and a cluster's protection, backups and password changed. */
export const api = (cloud: Cloud): Service => {
  const of = (context: { account: string; region: string }) => environmentOf(cloud, context);
  return service(sdk)({
    DescribeDBClusters({ DBClusterIdentifier, Filters }, context) {
      const env = of(context);
      const found = filtered(some(env, CLUSTER, DBClusterIdentifier), Filters, {
        'db-cluster-id': (r) => r.id,
        'db-cluster-resource-id': (r) => r.model.DBClusterResourceId,
        engine: (r) => r.model.Engine,
      });
      return { DBClusters: found.map((resource) => describeCluster(env, resource)) };
    },
    DescribeDBInstances({ DBInstanceIdentifier, Filters }, context) {
      const env = of(context);
      const found = filtered(some(env, INSTANCE, DBInstanceIdentifier), Filters, {
        'db-cluster-id': (r) => r.model.DBClusterIdentifier,
        'db-instance-id': (r) => r.id,
        'dbi-resource-id': (r) => r.model.DbiResourceId,
        engine: (r) => r.model.Engine,
      });
      return { DBInstances: found.map((resource) => describeInstance(env, resource)) };
    },
    DescribeDBSubnetGroups({ DBSubnetGroupName }, context) {
      const env = of(context);
      return { DBSubnetGroups: some(env, SUBNET_GROUP, DBSubnetGroupName).map((r) => describeSubnetGroup(env, r)) };
    },
    DescribeDBClusterParameterGroups: ({ DBClusterParameterGroupName }, context) => ({
      DBClusterParameterGroups: some(of(context), CLUSTER_PARAMETERS, DBClusterParameterGroupName).map((r) => ({
        DBClusterParameterGroupName: r.id,
        DBParameterGroupFamily: r.model.Family,
        Description: r.model.Description,
        DBClusterParameterGroupArn: r.model.DBParameterGroupArn,
      })),
    }),
    DescribeDBClusterParameters: ({ DBClusterParameterGroupName, Source }, context) => ({
      Parameters: parameters(find(of(context), CLUSTER_PARAMETERS, DBClusterParameterGroupName), Source),
    }),
    DescribeDBParameterGroups: ({ DBParameterGroupName }, context) => ({
      DBParameterGroups: some(of(context), PARAMETERS, DBParameterGroupName).map((r) => ({
        DBParameterGroupName: r.id,
        DBParameterGroupFamily: r.model.Family,
        Description: r.model.Description,
        DBParameterGroupArn: r.model.DBParameterGroupArn,
      })),
    }),
    DescribeDBParameters: ({ DBParameterGroupName, Source }, context) => ({
      Parameters: parameters(find(of(context), PARAMETERS, DBParameterGroupName), Source),
    }),
    DescribeDBClusterSnapshots: () => ({ DBClusterSnapshots: [] }),
    ListTagsForResource({ ResourceName = '' }, context) {
      const kinds: Record<string, string> = {
        ...{ cluster: CLUSTER, db: INSTANCE, subgrp: SUBNET_GROUP },
        ...{ 'cluster-pg': CLUSTER_PARAMETERS, pg: PARAMETERS },
      };
      const type = kinds[ResourceName.split(':')[5] ?? ''];
      if (!type) throw new AwsError('InvalidParameterValue', `Invalid resource name: ${ResourceName}`);
      return { TagList: find(of(context), type, ResourceName).model.Tags ?? [] };
    },
    async ModifyDBCluster(input, context) {
      const env = of(context);
      const resource = find(env, CLUSTER, input.DBClusterIdentifier);
      const { DeletionProtection, BackupRetentionPeriod, CloudwatchLogsExportConfiguration: logs } = input;
      if (DeletionProtection !== undefined) resource.model.DeletionProtection = DeletionProtection;
      if (BackupRetentionPeriod !== undefined) resource.model.BackupRetentionPeriod = BackupRetentionPeriod;
      if (logs) {
        const now = new Set<string>([
          ...(resource.model.EnableCloudwatchLogsExports ?? []),
          ...(logs.EnableLogTypes ?? []),
        ]);
        for (const type of logs.DisableLogTypes ?? []) now.delete(type);
        resource.model.EnableCloudwatchLogsExports = [...now];
        prepareLogGroup(env, resource);
      }
      const running = clusters(env).get(resource.id);
      if (input.MasterUserPassword && running) await changePassword(running, input.MasterUserPassword);
      return { DBCluster: describeCluster(env, resource) };
    },
  });
};

// Resources as RDS describes them.
import type * as sdk from '@aws-sdk/client-rds';
import type { Environment, Resource, Values } from '../../state';
import { defaultGroup } from './parameters';
import { CLUSTER, clusters, hostedZone, isTrue, portOf, SUBNET_GROUP } from './state';

const number = (value: unknown) => (value === undefined ? undefined : Number(value));
const tagsOf = ({ model }: Resource): sdk.Tag[] => model.Tags ?? [];

/** KMS keys are described by ARN, however the template names them. */
const keyArn = (env: Environment, key?: string) =>
  !key || key.startsWith('arn:') ? key : env.arn('kms', `key/${key}`);
const groups = (ids: string[] = []) => ids.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' }));

function capacity({ ServerlessV2ScalingConfiguration: asked }: Values): sdk.ServerlessV2ScalingConfigurationInfo {
  const { MinCapacity, MaxCapacity, SecondsUntilAutoPause } = asked ?? {};
  return {
    MinCapacity: number(MinCapacity),
    MaxCapacity: number(MaxCapacity),
    SecondsUntilAutoPause: number(SecondsUntilAutoPause),
  };
}

export function describeCluster(env: Environment, resource: Resource): sdk.DBCluster {
  const { id, model } = resource;
  const found = clusters(env).get(id);
  const members = found?.members ?? [];
  const secretArn: string | undefined = model['MasterUserSecret.SecretArn'];
  return {
    DBClusterIdentifier: id,
    DBClusterArn: model.DBClusterArn,
    DbClusterResourceId: model.DBClusterResourceId,
    Status: 'available',
    Engine: model.Engine,
    EngineVersion: model.EngineVersion,
    EngineMode: model.EngineMode ?? 'provisioned',
    DatabaseName: model.DatabaseName,
    MasterUsername: model.MasterUsername,
    MasterUserSecret: secretArn
      ? { SecretArn: secretArn, SecretStatus: 'active', KmsKeyId: keyArn(env, model.MasterUserSecret?.KmsKeyId) }
      : undefined,
    Endpoint: model['Endpoint.Address'],
    ReaderEndpoint: model['ReadEndpoint.Address'],
    Port: portOf(resource),
    HostedZoneId: hostedZone(env),
    MultiAZ: new Set(members.map((m) => m.zone)).size > 1,
    AvailabilityZones: [...new Set(members.flatMap((m) => m.zone ?? []))],
    DBClusterMembers: members.map((member, i) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: i === 0,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: 1,
    })),
    DBSubnetGroup: model.DBSubnetGroupName?.toLowerCase(),
    DBClusterParameterGroup: model.DBClusterParameterGroupName ?? defaultGroup(resource),
    VpcSecurityGroups: groups(model.VpcSecurityGroupIds),
    StorageEncrypted: isTrue(model.StorageEncrypted),
    KmsKeyId: keyArn(env, model.KmsKeyId),
    BackupRetentionPeriod: number(model.BackupRetentionPeriod) ?? 1,
    PreferredBackupWindow: model.PreferredBackupWindow ?? '03:00-03:30',
    PreferredMaintenanceWindow: model.PreferredMaintenanceWindow ?? 'sun:05:00-sun:05:30',
    DeletionProtection: isTrue(model.DeletionProtection),
    CopyTagsToSnapshot: isTrue(model.CopyTagsToSnapshot),
    IAMDatabaseAuthenticationEnabled: isTrue(model.EnableIAMDatabaseAuthentication),
    EnabledCloudwatchLogsExports: model.EnableCloudwatchLogsExports,
    ServerlessV2ScalingConfiguration: model.ServerlessV2ScalingConfiguration ? capacity(model) : undefined,
    PerformanceInsightsEnabled: isTrue(model.PerformanceInsightsEnabled),
    MonitoringInterval: number(model.MonitoringInterval),
    MonitoringRoleArn: model.MonitoringRoleArn,
    ClusterCreateTime: found?.created,
    TagList: tagsOf(resource),
  };
}

export function describeInstance(env: Environment, resource: Resource): sdk.DBInstance {
  const { id, model } = resource;
  const cluster = env.get(CLUSTER, model.DBClusterIdentifier?.toLowerCase() ?? '');
  const own = cluster ? { ...cluster.model, ...model } : model;
  const running = cluster && clusters(env).get(cluster.id);
  const member = running?.members.find((m) => m.id === id);
  const group = env.get(SUBNET_GROUP, own.DBSubnetGroupName?.toLowerCase() ?? '');
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: model.DBInstanceArn,
    DbiResourceId: model.DbiResourceId,
    DBInstanceClass: model.DBInstanceClass,
    DBInstanceStatus: running && !member ? 'creating' : 'available',
    DBClusterIdentifier: cluster?.id,
    Engine: own.Engine,
    EngineVersion: own.EngineVersion,
    MasterUsername: own.MasterUsername,
    DBName: own.DatabaseName,
    Endpoint: {
      Address: model['Endpoint.Address'],
      Port: Number(model['Endpoint.Port']),
      HostedZoneId: model['Endpoint.HostedZoneId'],
    },
    AvailabilityZone: member?.zone ?? model.AvailabilityZone,
    DBSubnetGroup: group && describeSubnetGroup(env, group),
    VpcSecurityGroups: groups(own.VpcSecurityGroupIds ?? model.VPCSecurityGroups),
    DBParameterGroups: [
      {
        DBParameterGroupName: model.DBParameterGroupName ?? (cluster ? defaultGroup(cluster) : undefined),
        ParameterApplyStatus: 'in-sync',
      },
    ],
    PubliclyAccessible: isTrue(model.PubliclyAccessible),
    PromotionTier: number(model.PromotionTier) ?? 1,
    StorageEncrypted: isTrue(own.StorageEncrypted),
    KmsKeyId: keyArn(env, own.KmsKeyId),
    BackupRetentionPeriod: number(own.BackupRetentionPeriod) ?? 1,
    AutoMinorVersionUpgrade: !('AutoMinorVersionUpgrade' in model) || isTrue(model.AutoMinorVersionUpgrade),
    CACertificateIdentifier: model.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    MonitoringInterval: number(own.MonitoringInterval) ?? 0,
    MonitoringRoleArn: own.MonitoringRoleArn,
    PerformanceInsightsEnabled: isTrue(model.EnablePerformanceInsights ?? own.PerformanceInsightsEnabled),
    DeletionProtection: false,
    InstanceCreateTime: running?.created,
    TagList: tagsOf(resource),
  };
}

export function describeSubnetGroup(env: Environment, { id, model }: Resource): sdk.DBSubnetGroup {
  const subnets = ((model.SubnetIds ?? []) as string[]).map((subnet) => ({
    subnet,
    found: env.get('AWS::EC2::Subnet', subnet)?.model,
  }));
  return {
    DBSubnetGroupName: id,
    DBSubnetGroupArn: model.DBSubnetGroupArn,
    DBSubnetGroupDescription: model.DBSubnetGroupDescription,
    VpcId: subnets[0]?.found?.VpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: subnets.map(({ subnet, found }) => ({
      SubnetIdentifier: subnet,
      SubnetAvailabilityZone: { Name: found?.AvailabilityZone },
      SubnetStatus: 'Active',
    })),
  };
}

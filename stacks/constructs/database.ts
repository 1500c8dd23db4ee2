import {
  Arn,
  type aws_kms as kms,
  aws_logs as logs,
  aws_rds as rds,
  aws_ssm as ssm,
  type RemovalPolicy,
  Stack,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import { databasePort } from '../../declarations/outputs';
import type { Database as Declaration } from '../../declarations/system';
import { DatabaseMonitoringRole } from './database-monitoring-role';

/** Database within the cluster. */
export const databaseName = 'payments';
/**
 * RDS raises the minor version by itself. Raise it here too before the cluster is changed in another way: an update that names an
 * older version than the one that runs may be refused (aws/aws-cdk#15475). Instances name none, and follow.
 */
const engine = rds.AuroraPostgresEngineVersion.VER_17_7;

export interface DatabaseProps {
  readonly database: Declaration;
  readonly names: Names;
  /** Names of the availability zones; instances take them in turn. */
  readonly zones: string[];
  /** Ids of the isolated subnets. */
  readonly subnets: string[];
  readonly securityGroupId: string;
  /** Encrypts storage, snapshots and performance data. */
  readonly key: kms.IKey;
  /** Encrypts the credentials. */
  readonly secretsKey: kms.IKey;
  /** Encrypts the logs. */
  readonly telemetryKey: kms.IKey;
  /** Days that logs are kept. */
  readonly logRetention: number;
  /** Protected against deletion, and kept when its stack goes. */
  readonly retain: boolean;
  /** Of everything that holds data or that the cluster needs. */
  readonly removalPolicy: RemovalPolicy;
}

/** Aurora Serverless v2 PostgreSQL: a writer and readers in other zones, reachable with TLS only. RDS makes and rotates its password. */
export class Database extends Construct {
  readonly cluster: rds.CfnDBCluster;
  /** Secret with user name and password; it has no host name. */
  readonly secretArn: string;
  readonly endpointParameterArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DatabaseProps,
  ) {
    super(scope, id);
    const { names } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${names.database}/postgresql`,
      retention: props.logRetention,
      encryptionKey: props.telemetryKey,
      removalPolicy: props.removalPolicy,
    });
    Tags.of(logGroup).add('Name', `${names.database}-logs`);
    this.cluster = this.makeCluster();
    // RDS makes the group itself, without retention or key, where there is none yet.
    this.cluster.node.addDependency(logGroup);
    this.makeInstances();
    this.secretArn = this.cluster.attrMasterUserSecretSecretArn;

    new ssm.CfnParameter(this, 'Endpoint', {
      name: names.databaseEndpointParameter,
      description: `Host name of the writer of ${names.database}`,
      type: 'String',
      value: this.cluster.attrEndpointAddress,
    }).applyRemovalPolicy(props.removalPolicy);
    this.endpointParameterArn = Arn.format(
      // The name begins with the slash that follows 'parameter'.
      { service: 'ssm', resource: 'parameter', resourceName: names.databaseEndpointParameter.slice(1) },
      Stack.of(this),
    );
  }

  private makeCluster(): rds.CfnDBCluster {
    const { database, names, subnets, securityGroupId, key, secretsKey, retain } = this.props;
    const subnetGroup = new rds.CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: `Isolated subnets of ${names.database}`,
      subnetIds: subnets,
    });
    const parameters = new rds.CfnDBClusterParameterGroup(this, 'Parameters', {
      description: `${names.database}: TLS only`,
      family: `aurora-postgresql${engine.auroraPostgresMajorVersion}`,
      parameters: { 'rds.force_ssl': '1' },
    });
    const cluster = new rds.CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: names.database,
      databaseName,
      engine: 'aurora-postgresql',
      engineVersion: engine.auroraPostgresFullVersion,
      engineMode: 'provisioned',
      serverlessV2ScalingConfiguration: {
        minCapacity: database.minimumCapacity,
        maxCapacity: database.maximumCapacity,
      },
      port: databasePort,
      dbSubnetGroupName: subnetGroup.ref,
      vpcSecurityGroupIds: [securityGroupId],
      dbClusterParameterGroupName: parameters.ref,
      masterUsername: 'payments_owner',
      manageMasterUserPassword: true,
      masterUserSecret: { kmsKeyId: secretsKey.keyArn },
      enableIamDatabaseAuthentication: true,
      storageEncrypted: true,
      kmsKeyId: key.keyArn,
      enableCloudwatchLogsExports: ['postgresql'],
      backupRetentionPeriod: database.backupRetention,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !retain,
      deletionProtection: retain,
    });
    for (const resource of [subnetGroup, parameters, cluster]) {
      resource.applyRemovalPolicy(this.props.removalPolicy);
      Tags.of(resource).add('Name', names.database);
    }
    return cluster;
  }

  private makeInstances(): void {
    const { database, names, zones, key } = this.props;
    const monitoringRole = new DatabaseMonitoringRole(this, 'MonitoringRole', {
      roleName: names.databaseMonitoringRole,
      instances: names.database,
    });
    monitoringRole.applyRemovalPolicy(this.props.removalPolicy);
    let writer: rds.CfnDBInstance | undefined;
    for (let i = 0; i <= database.readers; i++) {
      // Numbers, because a failover turns a reader into the writer.
      const name = `${names.database}-${i + 1}`;
      const instance = new rds.CfnDBInstance(this, `Instance${i + 1}`, {
        dbInstanceIdentifier: name,
        dbClusterIdentifier: this.cluster.ref,
        dbInstanceClass: 'db.serverless',
        engine: 'aurora-postgresql',
        // A reader beside the writer would be lost with it.
        availabilityZone: zones[i % zones.length],
        // Readers of tier 0 and 1 keep the writer's capacity: ready to take over. Source: AWS, "How Aurora Serverless v2 works".
        promotionTier: Math.min(i, 1),
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        enablePerformanceInsights: true,
        performanceInsightsKmsKeyId: key.keyArn,
        // Days; the longest that costs nothing.
        performanceInsightsRetentionPeriod: 7,
        monitoringInterval: 60,
        monitoringRoleArn: monitoringRole.roleArn,
      });
      instance.applyRemovalPolicy(this.props.removalPolicy);
      Tags.of(instance).add('Name', name);
      Validations.of(instance).acknowledge({
        id: 'CloudFormation-Validate::W3010',
        reason: 'Zones are configuration: the instances are in different ones, and synthesis looks nothing up',
      });
      // The first instance of a cluster becomes its writer.
      if (writer) instance.addResourceDependency(writer);
      else writer = instance;
    }
  }
}

import type { Case, Expected, Json, Proof, SystemName, Topic } from './row';

/** payment-platform has everything that the three have. */
const systems: SystemName[] = ['multi-tier', 'payment-platform'];

const cluster = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  systems,
  stack: 'data',
  type: 'AWS::RDS::DBCluster',
  property,
  is,
});
const alarm = (requirement: string, id: string, of: Proof['of'], property: string, is: Expected): Proof => ({
  requirement: `Alarms: ${requirement}`,
  of,
  type: 'AWS::CloudWatch::Alarm',
  id: `Alarms${id}`,
  property,
  is,
});
const ofLoad = (metric: string, threshold: number): Expected => ({
  ComparisonOperator: 'GreaterThanThreshold',
  MetricName: metric,
  Threshold: threshold,
});
/** All metrics of a name that the dashboard has. */
const onDashboard = (requirement: string, metric: string, all: Expected): Proof => ({
  requirement: `A dashboard: ${requirement}`,
  systems,
  stack: 'observability',
  type: 'View::Metric',
  where: { Name: metric },
  property: 'Of',
  all,
});
const publicServices = ['payment-api', 'transaction-processor', 'notification-service'];
const ofEveryService = ({ system, prefix, environment }: Case): Json =>
  [...publicServices, ...(system === 'payment-platform' ? ['fraud-detection'] : [])].map((service) => [
    `${prefix}-cluster-${environment}`,
    `${service}-${environment}`,
  ]);
const ofEveryTargetGroup = (): Json =>
  publicServices.flatMap((service) =>
    ['blue', 'green'].map((colour) => [
      'platform.LoadBalancer.LoadBalancerFullName',
      `${service}.Routing${colour}.TargetGroupFullName`,
    ]),
  );
const deploymentGroup = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  of: 'public services',
  type: 'AWS::CodeDeploy::DeploymentGroup',
  property,
  is,
});
const collector = (requirement: string, property: string, is: Expected): Proof => ({
  requirement: `Tracing: ${requirement}`,
  systems,
  of: 'every service',
  type: 'AWS::ECS::TaskDefinition',
  property: `ContainerDefinitions[Name=collector]${property}`,
  is,
});

/** What the section says beside its table, of every system that it holds for. */
export const multiTier: Topic = {
  topic: 'System multi-tier',
  rows: [
    {
      requirement: '3 zones',
      systems,
      stack: 'network',
      type: 'AWS::EC2::Subnet',
      id: 'Vpcprivate*',
      property: 'AvailabilityZone',
      all: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    },
    cluster('Aurora PostgreSQL', 'Engine', 'aurora-postgresql'),
    {
      requirement: 'a writer and a reader, Serverless',
      systems,
      stack: 'data',
      type: 'AWS::RDS::DBInstance',
      property: '{DBInstanceClass,DBInstanceIdentifier}',
      all: ({ prefix, environment }) =>
        [1, 2].map((n) => ({
          DBInstanceClass: 'db.serverless',
          DBInstanceIdentifier: `${prefix}-database-${environment}-${n}`,
        })),
    },
    cluster('0.5–2 ACU', 'ServerlessV2ScalingConfiguration', { MaxCapacity: 2, MinCapacity: 0.5 }),
    cluster('7-day backups', 'BackupRetentionPeriod', 7),
    cluster('logs exported', 'EnableCloudwatchLogsExports', ['postgresql']),
    cluster('in the group that services reach on 5432', 'VpcSecurityGroupIds', ['network.GroupsDatabase.GroupId']),
    cluster('port 5432', 'Port', 5432),
    cluster('Customer-managed key for Aurora', '{KmsKeyId,StorageEncrypted}', {
      KmsKeyId: 'data.DatabaseKey.Arn',
      StorageEncrypted: true,
    }),
    cluster('Customer-managed key for secrets: of the database', 'MasterUserSecret.KmsKeyId', 'data.SecretsKey.Arn'),
    {
      requirement: 'Customer-managed key for secrets',
      systems: ['payment-processor', ...systems],
      stack: 'data',
      type: 'AWS::SecretsManager::Secret',
      property: 'KmsKeyId',
      each: 'data.SecretsKey.Arn',
    },
    {
      requirement: 'Customer-managed key for log groups',
      systems: ['ecs-payments', ...systems],
      of: 'every service',
      type: 'AWS::Logs::LogGroup',
      property: 'KmsKeyId',
      is: 'network.TelemetryKey.Arn',
    },
    {
      requirement: 'keys rotate',
      stack: 'all',
      type: 'AWS::KMS::Key',
      property: 'EnableKeyRotation',
      each: true,
    },
    {
      requirement: 'keys have a 7-day deletion window',
      stack: 'all',
      type: 'AWS::KMS::Key',
      property: 'PendingWindowInDays',
      each: 7,
    },
    {
      requirement: 'Database secret: RDS makes it',
      systems,
      stack: 'data',
      type: 'AWS::RDS::DBCluster',
      property: 'ManageMasterUserPassword',
      is: true,
    },
    {
      requirement: 'API secret',
      systems,
      stack: 'data',
      type: 'AWS::SecretsManager::Secret',
      property: 'Name',
      is: ({ environment }) => `api-credentials-${environment}`,
    },
    {
      requirement: 'Database secrets, injected as DB_SECRET',
      systems,
      of: 'public services',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].Secrets[Name=DB_SECRET].ValueFrom',
      is: 'data.DatabaseCluster.MasterUserSecret.SecretArn',
    },
    {
      requirement: 'API secrets, injected as API_SECRET',
      systems,
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].Secrets[Name=API_SECRET].ValueFrom',
      is: 'data.Secretapicredentials',
    },
    {
      requirement: 'the database’s host name, beside its secret',
      systems,
      of: 'public services',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].Secrets[Name=DB_ENDPOINT].ValueFrom',
      is: ({ region, account, prefix, environment }) =>
        `arn:aws:ssm:${region}:${account}:parameter/${prefix}/${environment}/database/endpoint`,
    },
    {
      requirement: 'an execution role that may read just those',
      systems,
      of: 'public services',
      type: 'View::Statement',
      id: 'RolesExecution',
      where: { Actions: ['secretsmanager:GetSecretValue'] },
      property: 'Resources',
      is: ['data.DatabaseCluster.MasterUserSecret.SecretArn', 'data.Secretapicredentials'],
    },
    {
      requirement: 'an execution role that may decrypt just those',
      systems: ['payment-processor', ...systems],
      of: 'every service',
      type: 'View::Statement',
      id: 'RolesExecution',
      where: { Actions: ['kms:Decrypt'] },
      property: 'Resources',
      is: ['data.SecretsKey.Arn'],
    },
    {
      requirement: 'Cloud Map: an A record for each service name',
      of: 'every service',
      type: 'AWS::ServiceDiscovery::Service',
      property: '{Name,DnsConfig}',
      is: ({ service }) => ({
        DnsConfig: {
          DnsRecords: [{ TTL: 10, Type: 'A' }],
          NamespaceId: 'platform.Namespace.Id',
          RoutingPolicy: 'MULTIVALUE',
        },
        Name: service,
      }),
    },
    {
      requirement: 'Cloud Map: tasks are registered',
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'ServiceRegistries',
      is: ({ service }) => [{ RegistryArn: `${service}.Discovery.Arn` }],
    },
    {
      requirement: 'callers use it for rolling services only, and reach blue/green services through the load balancer',
      systems,
      proved: [
        { in: 'test/stacks/task-definition.test.ts', by: 'calls to a blue/green service' },
        {
          in: 'test/stages/payment-stage.test.ts',
          by: 'a call through the load balancer needs a name for it: an error that says where to put it',
        },
      ],
    },
    collector('a collector sidecar, 32 CPU units / 256 MiB', '{Cpu,Memory}', { Cpu: 32, Memory: 256 }),
    {
      requirement: 'Tracing: AWS Distro for OpenTelemetry',
      systems,
      of: 'every service',
      type: 'View::Container',
      where: { Name: 'collector' },
      property: 'Repository',
      is: 'public.ecr.aws/aws-observability/aws-otel-collector',
    },
    collector(
      'X-Ray segments on UDP 2000 still accepted',
      '.Environment[Name=AOT_CONFIG_CONTENT].Value.receivers.awsxray{endpoint,transport}',
      { endpoint: '127.0.0.1:2000', transport: 'udp' },
    ),
    collector(
      'traces go to X-Ray',
      '.Environment[Name=AOT_CONFIG_CONTENT].Value.service.pipelines.traces{receivers,exporters}',
      { receivers: ['otlp', 'awsxray'], exporters: ['awsxray'] },
    ),
    {
      requirement: 'Tracing: the application sends to the collector',
      systems,
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].Environment[Name=OTEL_EXPORTER_OTLP_ENDPOINT].Value',
      is: 'http://127.0.0.1:4318',
    },
    {
      requirement: 'Tracing: what tasks may for it',
      systems,
      of: 'every service',
      type: 'View::Statement',
      id: 'RolesTask',
      where: { Policy: 'Trace' },
      property: 'Actions',
      is: ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'].map((a) => `xray:${a}`),
    },
    deploymentGroup(
      'released by CodeDeploy: automatic rollback on failure, on stop and on alarm',
      'AutoRollbackConfiguration',
      {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    ),
    deploymentGroup(
      '5 minutes before blue ends',
      'BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess',
      { Action: 'TERMINATE', TerminationWaitTimeInMinutes: 5 },
    ),
    deploymentGroup('rollback on alarm: the alarms of its traffic', 'AlarmConfiguration', ({ service }) => ({
      Alarms: ['responsetime', 'errors', 'unhealthyhosts'].map((id) => ({ Name: `${service}.Alarms${id}` })),
      Enabled: true,
    })),
    {
      requirement: 'VPC flow logs of all traffic',
      stack: 'network',
      type: 'AWS::EC2::FlowLog',
      property: '{LogGroupName,ResourceId,TrafficType}',
      is: { LogGroupName: 'network.FlowLogs', ResourceId: 'network.Vpc', TrafficType: 'ALL' },
    },
    {
      requirement: 'flow logs /aws/vpc/{prefix}-{env}',
      stack: 'network',
      type: 'AWS::Logs::LogGroup',
      property: 'LogGroupName',
      is: ({ prefix, environment }) => `/aws/vpc/${prefix}-${environment}`,
    },
    {
      requirement: 'flow logs: 30 days',
      stack: 'network',
      type: 'AWS::Logs::LogGroup',
      property: 'RetentionInDays',
      is: 30,
    },
    onDashboard('ALB requests', 'AWS/ApplicationELB RequestCount', () => [
      ['platform.LoadBalancer.LoadBalancerFullName'],
    ]),
    onDashboard('ALB latency: average, p95 and p99', 'AWS/ApplicationELB TargetResponseTime', () =>
      Array<string[]>(3).fill(['platform.LoadBalancer.LoadBalancerFullName']),
    ),
    onDashboard('ECS CPU', 'AWS/ECS CPUUtilization', ofEveryService),
    onDashboard('ECS memory', 'AWS/ECS MemoryUtilization', ofEveryService),
    onDashboard('target health: healthy', 'AWS/ApplicationELB HealthyHostCount', ofEveryTargetGroup),
    onDashboard('target health: unhealthy', 'AWS/ApplicationELB UnHealthyHostCount', ofEveryTargetGroup),
    alarm(
      'CPU > 85 %',
      'cpu',
      'every service',
      '{ComparisonOperator,MetricName,Threshold}',
      ofLoad('CPUUtilization', 85),
    ),
    alarm(
      'memory > 90 %',
      'memory',
      'every service',
      '{ComparisonOperator,MetricName,Threshold}',
      ofLoad('MemoryUtilization', 90),
    ),
    alarm('response time > 1 s', 'responsetime', 'public services', '{ComparisonOperator,Threshold}', {
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
    }),
    alarm(
      'response time, of both colours',
      'responsetime',
      'public services',
      'Metrics[Id=worse].Expression',
      'MAX([FILL(blue, 0), FILL(green, 0)])',
    ),
    {
      requirement: 'Alarms: to an SNS topic',
      of: 'every service',
      type: 'AWS::CloudWatch::Alarm',
      property: 'AlarmActions',
      each: ['platform.AlarmTopic'],
    },
    {
      requirement: 'Images are built from services/<name>',
      proved: [{ in: 'test/scripts/build.slow.ts', by: 'there is an image for every service of every system' }],
    },
  ],
};

import type { Expected, Proof, SystemName, Topic } from './row';

const systems: SystemName[] = ['payment-processor'];
const of = 'payment-processor';
const tag = (key: string, value: string): Proof[] =>
  ['all', 'pipeline'].map((stack) => ({
    requirement: `tag ${key}=${value} on everything${stack === 'pipeline' ? ' of the delivery' : ''}`,
    systems,
    stack,
    type: 'View::Tags',
    property: key,
    each: value,
  }));
const secret = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  systems,
  stack: 'data',
  type: 'AWS::SecretsManager::Secret',
  property,
  is,
});

/** What the section says; its numbers of the service are in services.ts and environments.ts. */
export const paymentProcessor: Topic = {
  topic: 'System payment-processor',
  rows: [
    {
      requirement: 'One service, payment-processor',
      systems,
      stack: 'all',
      type: 'View::Stack',
      property: 'Name',
      all: ({ environment }) =>
        ['access', 'network', 'data', 'platform', 'payment-processor'].map(
          (kind) => `payment-processor-${kind}-${environment}`,
        ),
    },
    {
      requirement: '2 zones',
      systems,
      stack: 'network',
      type: 'AWS::EC2::Subnet',
      id: 'Vpcprivate*',
      property: 'AvailabilityZone',
      all: ['us-east-2a', 'us-east-2b'],
    },
    {
      requirement: 'Default region us-east-2',
      systems,
      stack: 'all',
      type: 'View::Stack',
      property: 'Region',
      each: 'us-east-2',
    },
    {
      requirement: 'VPC endpoints for ECR API and ECR Docker',
      systems,
      stack: 'network',
      type: 'AWS::EC2::VPCEndpoint',
      where: { VpcEndpointType: 'Interface' },
      property: 'ServiceName',
      all: ['com.amazonaws.us-east-2.ecr.api', 'com.amazonaws.us-east-2.ecr.dkr'],
    },
    {
      requirement: 'VPC endpoint for S3',
      systems,
      stack: 'network',
      type: 'AWS::EC2::VPCEndpoint',
      where: { VpcEndpointType: 'Gateway' },
      property: 'ServiceName',
      all: ['com.amazonaws.us-east-2.s3'],
    },
    {
      requirement: 'Customer-managed KMS key for the log group /ecs/payment-processor-{env}',
      systems,
      of,
      type: 'AWS::Logs::LogGroup',
      property: 'KmsKeyId',
      is: 'network.TelemetryKey.Arn',
    },
    secret('Secret db-credentials-{env}', 'Name', ({ environment }) => `db-credentials-${environment}`),
    secret('whose value is set outside code and template: none is generated', 'GenerateSecretString', undefined),
    secret('no secret version in the template', 'SecretString', undefined),
    {
      requirement: 'whose value is set outside: the delivery waits for it',
      systems,
      proved: [
        { in: 'test/pipeline/systems.test.ts', by: "payment-processor's guard asks for its credentials" },
        { in: 'test/pipeline/programs/external-secrets.test.ts', by: 'refuses where the value is not set in time' },
      ],
    },
    {
      requirement: 'the task receives it as an ECS secret',
      systems,
      of,
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].Secrets',
      is: [{ Name: 'DB_SECRET', ValueFrom: 'data.Secretdbcredentials' }],
    },
    {
      requirement: 'the task receives it: its execution role may read it',
      systems,
      of,
      type: 'View::Statement',
      id: 'RolesExecution',
      where: { Actions: ['secretsmanager:GetSecretValue'] },
      property: 'Resources',
      is: ['data.Secretdbcredentials'],
    },
    {
      requirement: 'CodeDeploy application and deployment group, complete',
      systems,
      of,
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: '{ApplicationName,ECSServices,ServiceRoleArn}',
      is: ({ environment }) => ({
        ApplicationName: 'platform.CodeDeployApplication',
        ECSServices: [
          {
            ClusterName: `payment-processor-cluster-${environment}`,
            ServiceName: `payment-processor-${environment}`,
          },
        ],
        ServiceRoleArn: 'payment-processor.DeploymentGroupRole.Arn',
      }),
    },
    ...tag('compliance', 'pci-dss'),
    ...tag('backup', 'required'),
    ...tag('project', 'payment-processor-migration'),
    {
      requirement: 'Custom request headers route traffic (listener rule conditions), on both listeners',
      systems,
      of,
      type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      property: 'Conditions[Field=http-header].HttpHeaderConfig',
      each: { HttpHeaderName: 'X-Payment-Channel', Values: ['web', 'mobile', 'partner'] },
    },
    {
      requirement: 'they are no part of a health check: its target groups answer without',
      systems,
      proved: [{ in: 'test/requirements/common/health.ts', by: 'target groups ask /health' }],
    },
    {
      requirement: 'It refers to nothing outside itself: what it imports, its own stacks export',
      systems,
      proved: [{ in: 'test/requirements/readable.ts', by: 'No stack exports' }],
    },
  ],
};

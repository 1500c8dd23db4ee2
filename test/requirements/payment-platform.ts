import type { Proof, SystemName, Topic } from './row';

const systems: SystemName[] = ['payment-platform'];
const services = ['payment-api', 'fraud-detection', 'transaction-processor', 'notification-service'];

/** What is the platform's own; what it shares with the others is in their files. */
export const paymentPlatform: Topic = {
  topic: 'System payment-platform',
  rows: [
    {
      requirement: 'the default',
      proved: [{ in: 'configuration.json', by: '"system": "payment-platform"' }],
    },
    {
      requirement: 'its four services',
      systems,
      stack: 'all',
      type: 'View::Stack',
      property: 'Name',
      all: ({ environment }) =>
        ['access', 'network', 'data', 'platform', 'observability', ...services].map(
          (kind) => `payment-${kind}-${environment}`,
        ),
    },
    {
      requirement: 'endpoints: of ECR and of what else is called often',
      systems,
      stack: 'network',
      type: 'AWS::EC2::VPCEndpoint',
      where: { VpcEndpointType: 'Interface' },
      property: 'ServiceName',
      all: ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'].map((service) => `com.amazonaws.us-east-1.${service}`),
    },
    {
      requirement: 'endpoints: S3',
      systems,
      stack: 'network',
      type: 'AWS::EC2::VPCEndpoint',
      where: { VpcEndpointType: 'Gateway' },
      property: 'ServiceName',
      all: ['com.amazonaws.us-east-1.s3'],
    },
    {
      requirement: 'fraud-detection rolls, because CodeDeploy needs a load balancer: to its new revision',
      systems,
      of: 'internal services',
      type: 'AWS::ECS::Service',
      property: 'TaskDefinition',
      is: ({ service }) => `${service}.TaskDefinition`,
    },
    {
      requirement: 'an execution role that may read just its secret: fraud-detection',
      systems,
      of: 'internal services',
      type: 'View::Statement',
      id: 'RolesExecution',
      where: { Actions: ['secretsmanager:GetSecretValue'] },
      property: 'Resources',
      is: ['data.Secretapicredentials'],
    },
  ],
};

const withEndpoints: SystemName[] = ['payment-processor', 'payment-platform'];
const endpoints = (requirement: string, type: string, property: string, each: Proof['each']): Proof => ({
  requirement,
  systems: withEndpoints,
  stack: 'network',
  type: 'AWS::EC2::VPCEndpoint',
  where: { VpcEndpointType: type },
  property,
  each,
  ifAny: true,
});

/** Of both systems that have some. */
export const endpointsOfBoth: Topic = {
  topic: 'VPC endpoints',
  rows: [
    endpoints('private DNS', 'Interface', 'PrivateDnsEnabled', true),
    endpoints('interface endpoints in the private subnets', 'Interface', 'SubnetIds', ({ zones }) =>
      zones.map((_, i) => `network.VpcprivateSubnet${i + 1}Subnet`),
    ),
    endpoints('interface endpoints in the group that tasks reach on 443', 'Interface', 'SecurityGroupIds', [
      'network.GroupsEndpoints.GroupId',
    ]),
    endpoints('S3 from the private subnets', 'Gateway', 'RouteTableIds', ({ zones }) =>
      zones.map((_, i) => `network.VpcprivateSubnet${i + 1}RouteTable`),
    ),
    {
      requirement: 'no endpoints where the system has none',
      systems: ['ecs-payments', 'multi-tier'],
      stack: 'network',
      type: 'AWS::EC2::VPCEndpoint',
      property: 'ServiceName',
      all: [],
    },
  ],
};

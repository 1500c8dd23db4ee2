import type { Case, Proof, SystemName, Topic } from '../row';

const withDatabase: SystemName[] = ['multi-tier', 'payment-platform'];

/** Subnets of a kind: 10.0.{i + first}.0/24, one a zone. */
const subnets = (kind: string, first: number, systems?: SystemName[]): Proof => ({
  requirement: `${kind} /24 subnets 10.0.(i+${first}).0, one in each zone`,
  systems,
  stack: 'network',
  type: 'AWS::EC2::Subnet',
  id: `Vpc${kind}*`,
  property: '{AvailabilityZone,CidrBlock}',
  all: ({ zones, region }) =>
    zones.map((zone, i) => ({ AvailabilityZone: region + zone, CidrBlock: `10.0.${i + first}.0/24` })),
});
const idsOf =
  (kind: string) =>
  ({ zones }: Case) =>
    zones.map((_, i) => `network.Vpc${kind}Subnet${i + 1}Subnet`);

export const network: Topic = {
  topic: 'Network',
  rows: [
    {
      requirement: 'VPC 10.0.0.0/16',
      stack: 'network',
      type: 'AWS::EC2::VPC',
      property: 'CidrBlock',
      is: '10.0.0.0/16',
    },
    { requirement: 'DNS support on', stack: 'network', type: 'AWS::EC2::VPC', property: 'EnableDnsSupport', is: true },
    {
      requirement: 'DNS hostnames on',
      stack: 'network',
      type: 'AWS::EC2::VPC',
      property: 'EnableDnsHostnames',
      is: true,
    },
    subnets('public', 0),
    subnets('private', 10),
    subnets('isolated', 20, withDatabase),
    {
      requirement: 'database subnets where there is a database',
      systems: ['ecs-payments', 'payment-processor'],
      stack: 'network',
      type: 'AWS::EC2::Subnet',
      id: 'Vpcisolated*',
      property: 'CidrBlock',
      all: [],
    },
    {
      requirement: 'public subnets lead to the internet',
      stack: 'network',
      type: 'AWS::EC2::Route',
      id: 'Vpcpublic*',
      property: 'GatewayId',
      each: 'network.VpcIGW',
    },
    {
      requirement: 'isolated subnets lead nowhere',
      stack: 'network',
      type: 'AWS::EC2::Route',
      id: 'Vpcisolated*',
      property: 'DestinationCidrBlock',
      all: [],
    },
    {
      requirement: 'Tasks run in private subnets',
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'NetworkConfiguration.AwsvpcConfiguration.Subnets',
      is: idsOf('private'),
    },
    {
      requirement: 'without public addresses',
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp',
      is: 'DISABLED',
    },
    {
      requirement: 'the database only in isolated ones',
      systems: withDatabase,
      stack: 'data',
      type: 'AWS::RDS::DBSubnetGroup',
      property: 'SubnetIds',
      is: idsOf('isolated'),
    },
    {
      requirement: 'the database without public addresses',
      systems: withDatabase,
      stack: 'data',
      type: 'AWS::RDS::DBInstance',
      property: 'PubliclyAccessible',
      each: false,
    },
  ],
};

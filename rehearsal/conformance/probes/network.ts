// EC2, Elastic Load Balancing, ACM.
import * as acm from '@aws-sdk/client-acm';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { nothing, type Clients, type Probe } from '../probe';

const digits = '0123456789abcdef0';

/** Describing one thing by an id that nothing has. */
const unknownId = (call: string, ask: (clients: Clients) => Promise<unknown>, expected: string): Probe => ({
  row: 'Unknown ids: InvalidVpcID.NotFound',
  ...{ call: `ec2 ${call}, unknown id`, ask, expected },
});

const groupArn = ({ account, region }: { account: string; region: string }) =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${nothing}/0123456789abcdef`;

export const network: Probe[] = [
  unknownId(
    'DescribeVpcs',
    (c) => c.ec2.send(new ec2.DescribeVpcsCommand({ VpcIds: [`vpc-${digits}`] })),
    `InvalidVpcID.NotFound: The vpc ID 'vpc-${digits}' does not exist`,
  ),
  unknownId(
    'DescribeSubnets',
    (c) => c.ec2.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [`subnet-${digits}`] })),
    `InvalidSubnetID.NotFound: The subnet ID 'subnet-${digits}' does not exist`,
  ),
  unknownId(
    'DescribeSecurityGroups',
    (c) => c.ec2.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [`sg-${digits}`] })),
    `InvalidGroup.NotFound: The security group 'sg-${digits}' does not exist`,
  ),
  unknownId(
    'DescribeRouteTables',
    (c) => c.ec2.send(new ec2.DescribeRouteTablesCommand({ RouteTableIds: [`rtb-${digits}`] })),
    `InvalidRouteTableID.NotFound: The routeTable ID 'rtb-${digits}' does not exist`,
  ),
  unknownId(
    'DescribeNatGateways',
    (c) => c.ec2.send(new ec2.DescribeNatGatewaysCommand({ NatGatewayIds: [`nat-${digits}`] })),
    `NatGatewayNotFound: The Nat Gateway nat-${digits} was not found`,
  ),
  unknownId(
    'DescribeVpcEndpoints',
    (c) => c.ec2.send(new ec2.DescribeVpcEndpointsCommand({ VpcEndpointIds: [`vpce-${digits}`] })),
    `InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-${digits}' does not exist`,
  ),
  {
    row: 'Filters of EC2 are paths of fields',
    call: 'ec2 DescribeVpcs, filter that nothing passes',
    ask: async (c) => {
      const Filters = [{ Name: 'tag:Name', Values: [`${nothing}*`] }];
      return (await c.ec2.send(new ec2.DescribeVpcsCommand({ Filters }))).Vpcs;
    },
    expected: '[]',
  },
  {
    row: 'Filters of EC2 are paths of fields',
    call: 'ec2 DescribeVpcs, unknown filter',
    ask: async (c) => {
      const Filters = [{ Name: 'no-such-filter', Values: ['x'] }];
      return c.ec2.send(new ec2.DescribeVpcsCommand({ Filters })).catch((error: Error) => ({ code: error.name }));
    },
    expected: JSON.stringify({ code: 'InvalidParameterValue' }),
  },
  {
    row: 'A gateway endpoint is a route',
    call: 'ec2 DescribePrefixLists, of S3',
    ask: async (c, { region }) => {
      const Filters = [{ Name: 'prefix-list-name', Values: [`com.amazonaws.${region}.s3`] }];
      const { PrefixLists = [] } = await c.ec2.send(new ec2.DescribePrefixListsCommand({ Filters }));
      return PrefixLists.map((list) => list.PrefixListName);
    },
    expected: ({ region }) => JSON.stringify([`com.amazonaws.${region}.s3`]),
  },
  {
    row: 'Elastic Load Balancing, of a load balancer',
    call: 'elasticloadbalancing DescribeLoadBalancers',
    ask: (c) => c.elasticLoadBalancing.send(new elb.DescribeLoadBalancersCommand({ Names: [nothing] })),
    expected: `LoadBalancerNotFoundException: Load balancers '[${nothing}]' not found`,
  },
  {
    row: 'Elastic Load Balancing, of a load balancer',
    call: 'elasticloadbalancing DescribeTargetGroups',
    ask: (c) => c.elasticLoadBalancing.send(new elb.DescribeTargetGroupsCommand({ Names: [nothing] })),
    expected: 'TargetGroupNotFoundException: One or more target groups not found',
  },
  {
    row: 'Elastic Load Balancing, of a load balancer',
    call: 'elasticloadbalancing DescribeTargetHealth',
    ask: (c, place) =>
      c.elasticLoadBalancing.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn: groupArn(place) })),
    expected: 'TargetGroupNotFoundException: One or more target groups not found',
  },
  {
    row: 'A certificate exists in its own account and region only',
    call: 'acm DescribeCertificate, unknown',
    ask: (c, { account, region }) =>
      c.acm
        .send(new acm.DescribeCertificateCommand({ CertificateArn: `arn:aws:acm:${region}:${account}:certificate/0` }))
        .catch((error: Error) => ({ code: error.name })),
    expected: JSON.stringify({ code: 'ResourceNotFoundException' }),
  },
];

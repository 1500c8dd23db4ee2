import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../../cloud/services/ec2';
import type { Resource, Values } from '../../cloud/state';
import { call, cloudForTest, make } from '../load-balancer/make';

describe('EC2', () => {
  let test: ReturnType<typeof cloudForTest>;
  let send: ReturnType<typeof call<EC2Client>>;
  const on = (type: string, properties: Values): Promise<Resource> =>
    make(test.env, ec2, `AWS::EC2::${type}`, properties);
  const network = {
    vpc: '',
    publicSubnet: '',
    privateSubnet: '',
    nat: '',
    publicTable: '',
    privateTable: '',
    address: '',
  };
  beforeEach(async () => {
    test = cloudForTest();
    test.env.remove(test.env.list('AWS::EC2::Subnet')[0]!);
    send = call(test, ec2, EC2Client);
    const Tags = (Value: string) => [{ Key: 'Name', Value }];
    const vpc = await on('VPC', { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true, Tags: Tags('payment-vpc-dev') });
    const other = await on('VPC', { CidrBlock: '10.1.0.0/16' });
    const subnet = (VpcId: string, CidrBlock: string, zone: string, name: string) =>
      on('Subnet', { VpcId, CidrBlock, AvailabilityZone: `us-east-1${zone}`, Tags: Tags(name) });
    const open = await subnet(vpc.id, '10.0.0.0/24', 'a', 'public-a');
    const closed = await subnet(vpc.id, '10.0.10.0/24', 'a', 'private-a');
    await subnet(other.id, '10.1.0.0/24', 'b', 'other');
    const gateway = await on('InternetGateway', {});
    await on('VPCGatewayAttachment', { VpcId: vpc.id, InternetGatewayId: gateway.id });
    const address = await on('EIP', { Domain: 'vpc' });
    const nat = await on('NatGateway', { SubnetId: open.id, AllocationId: address.model.AllocationId });
    const table = async (subnetId: string, target: Values) => {
      const { id } = await on('RouteTable', { VpcId: vpc.id });
      await on('Route', { RouteTableId: id, DestinationCidrBlock: '0.0.0.0/0', ...target });
      await on('SubnetRouteTableAssociation', { RouteTableId: id, SubnetId: subnetId });
      return id;
    };
    Object.assign(network, {
      ...{ vpc: vpc.id, publicSubnet: open.id, privateSubnet: closed.id, nat: nat.id, address: address.model.PublicIp },
      publicTable: await table(open.id, { GatewayId: gateway.id }),
      privateTable: await table(closed.id, { NatGatewayId: nat.id }),
    });
  });
  afterEach(() => test.end());

  it('finds VPCs and subnets by id, tag, zone and wildcard', async () => {
    const { Vpcs } = await send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['payment-*'] }] }));
    expect(Vpcs).toEqual([
      expect.objectContaining({ VpcId: network.vpc, CidrBlock: '10.0.0.0/16', State: 'available' }),
    ]);
    const subnets = async (...filters: [string, string][]) => {
      const Filters = filters.map(([Name, value]) => ({ Name, Values: [value] }));
      const { Subnets } = await send(new DescribeSubnetsCommand({ Filters }));
      return Subnets?.map((s) => s.CidrBlock);
    };
    expect(await subnets(['vpc-id', network.vpc])).toEqual(['10.0.0.0/24', '10.0.10.0/24']);
    expect(await subnets(['vpc-id', network.vpc], ['tag:Name', 'private-?'])).toEqual(['10.0.10.0/24']);
    expect(await subnets(['availability-zone', 'us-east-1b'])).toEqual(['10.1.0.0/24']);
    await expect(subnets(['colour', 'red'])).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
    await expect(send(new DescribeVpcsCommand({ VpcIds: ['vpc-none'] }))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: "The vpc ID 'vpc-none' does not exist",
    });
  });

  it('tells DNS settings, with AWS’s defaults', async () => {
    const ask = (VpcId: string, Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
      send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
    expect((await ask(network.vpc, 'enableDnsSupport')).EnableDnsSupport?.Value).toBe(true);
    expect((await ask(network.vpc, 'enableDnsHostnames')).EnableDnsHostnames?.Value).toBe(true);
    const other = test.env.list('AWS::EC2::VPC').find((r) => r.id !== network.vpc)!;
    expect((await ask(other.id, 'enableDnsHostnames')).EnableDnsHostnames?.Value).toBe(false);
  });

  it('follows a subnet to its route table, and the route to its NAT gateway and address', async () => {
    const { RouteTables } = await send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [network.privateSubnet] }] }),
    );
    expect(RouteTables?.map((t) => t.RouteTableId)).toEqual([network.privateTable]);
    expect(RouteTables?.[0]?.Routes).toEqual([
      expect.objectContaining({ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' }),
      expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: network.nat, State: 'active' }),
    ]);
    const { NatGateways } = await send(
      new DescribeNatGatewaysCommand({
        Filter: [
          { Name: 'vpc-id', Values: [network.vpc] },
          { Name: 'state', Values: ['available'] },
        ],
      }),
    );
    expect(NatGateways?.[0]).toMatchObject({
      SubnetId: network.publicSubnet,
      NatGatewayAddresses: [{ PublicIp: network.address }],
    });
    const { Addresses } = await send(new DescribeAddressesCommand({ PublicIps: [network.address] }));
    expect(Addresses?.[0]?.NetworkInterfaceId).toBe(NatGateways?.[0]?.NatGatewayAddresses?.[0]?.NetworkInterfaceId);
    const byZone = { Filters: [{ Name: 'availability-zone', Values: ['us-east-1a'] }] };
    expect((await send(new DescribeNetworkInterfacesCommand(byZone))).NetworkInterfaces).toHaveLength(1);
    const attached = { Filters: [{ Name: 'attachment.vpc-id', Values: [network.vpc] }] };
    expect((await send(new DescribeInternetGatewaysCommand(attached))).InternetGateways).toHaveLength(1);
    const main = {
      Filters: [
        { Name: 'association.main', Values: ['true'] },
        { Name: 'vpc-id', Values: [network.vpc] },
      ],
    };
    expect((await send(new DescribeRouteTablesCommand(main))).RouteTables).toHaveLength(1);
  });

  it('merges a security group’s own rules with those that stand apart', async () => {
    const inline = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'everyone' };
    const base = { GroupDescription: 'x', VpcId: network.vpc };
    const alb = await on('SecurityGroup', { ...base, GroupName: 'alb', SecurityGroupIngress: [inline] });
    const api = await on('SecurityGroup', { ...base, GroupName: 'api' });
    const port = { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080 };
    await on('SecurityGroupIngress', { ...port, GroupId: api.id, SourceSecurityGroupId: alb.id });
    await on('SecurityGroupEgress', { ...port, GroupId: alb.id, DestinationSecurityGroupId: api.id });
    const { SecurityGroups = [] } = await send(new DescribeSecurityGroupsCommand({ GroupIds: [alb.id, api.id] }));
    expect(SecurityGroups).toHaveLength(2);
    const [first, second] = SecurityGroups;
    expect(first?.IpPermissions).toMatchObject([
      { FromPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'everyone' }] },
    ]);
    expect(first?.IpPermissionsEgress).toMatchObject([{ FromPort: 8080, UserIdGroupPairs: [{ GroupId: api.id }] }]);
    expect(second?.IpPermissions).toMatchObject([{ FromPort: 8080, UserIdGroupPairs: [{ GroupId: alb.id }] }]);
    expect(second?.IpPermissionsEgress).toMatchObject([{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
    const { SecurityGroupRules } = await send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [alb.id] }] }),
    );
    expect(
      SecurityGroupRules?.map((r) => [r.IsEgress, r.FromPort, r.CidrIpv4, r.ReferencedGroupInfo?.GroupId]),
    ).toEqual([
      [false, 443, '0.0.0.0/0', undefined],
      [true, 8080, undefined, api.id],
    ]);
    const everyone = { Filters: [{ Name: 'ip-permission.cidr', Values: ['0.0.0.0/0'] }] };
    const open = await send(new DescribeSecurityGroupsCommand(everyone));
    expect(open.SecurityGroups?.map((g) => g.GroupName)).toEqual(['alb']);
  });

  it('refuses overlapping subnets, and a security group’s name twice', async () => {
    await expect(on('Subnet', { VpcId: network.vpc, CidrBlock: '10.0.10.128/25' })).rejects.toThrow(
      "The CIDR '10.0.10.128/25' conflicts with another subnet",
    );
    const group = { GroupName: 'same', GroupDescription: 'x', VpcId: network.vpc };
    await on('SecurityGroup', group);
    await expect(on('SecurityGroup', group)).rejects.toThrow('already exists');
  });

  it('knows the zones of the region', async () => {
    const { AvailabilityZones } = await send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map((z) => z.ZoneName)).toEqual([...'abcdef'].map((z) => `us-east-1${z}`));
  });
});

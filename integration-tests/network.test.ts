import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { about } from './support/about';
import { cli, ec2, environment, list, names, outputs, system } from './support/stage';

const vpcFilter = async () => [{ Name: 'vpc-id', Values: [(await outputs.network()).VpcId] }];
const natGateways = environment.natGateways === 'one' ? 1 : environment.zones.length;

describe('network', () => {
  it('has the declared address range', async () => {
    const { VpcId } = await outputs.network();
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    const look = cli(`ec2 describe-vpcs --vpc-ids ${VpcId}`);
    await about({ resource: `${names.vpc}: address range`, look }, () =>
      expect(Vpcs?.[0]?.CidrBlock).toBe('10.0.0.0/16'),
    );
    await about({ resource: `${names.vpc}: state`, look }, () => expect(Vpcs?.[0]?.State).toBe('available'));
  });

  it.each(['enableDnsSupport', 'enableDnsHostnames'] as const)('has %s on', async (Attribute) => {
    const { VpcId } = await outputs.network();
    const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
    const found = Attribute === 'enableDnsSupport' ? answer.EnableDnsSupport : answer.EnableDnsHostnames;
    const look = cli(`ec2 describe-vpc-attribute --vpc-id ${VpcId} --attribute ${Attribute}`);
    await about({ resource: `${names.vpc}: ${Attribute}`, look }, () => expect(found?.Value).toBe(true));
  });

  it.each([
    { kind: 'public', firstOctet: 0, output: 'PublicSubnetIds' },
    { kind: 'private', firstOctet: 10, output: 'PrivateSubnetIds' },
    ...(system.database ? [{ kind: 'isolated', firstOctet: 20, output: 'IsolatedSubnetIds' } as const] : []),
  ] as const)('has subnets in each zone: $kind', async ({ kind, firstOctet, output }) => {
    const SubnetIds = list((await outputs.network())[output]!);
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
    const subject = {
      resource: `${kind} subnets of ${names.vpc}`,
      look: cli(`ec2 describe-subnets --subnet-ids ${SubnetIds.join(' ')}`),
    };
    const found = Subnets.map((s) =>
      `${s.AvailabilityZone} ${s.CidrBlock} ${s.MapPublicIpOnLaunch ? 'public addresses' : ''}`.trim(),
    );
    const expected = environment.zones.map((zone, i) => `${environment.region}${zone} 10.0.${i + firstOctet}.0/24`);
    await about(subject, () => expect(found.sort()).toEqual(expected.sort()));
  });

  it('routes private subnets through NAT gateways, public ones through the internet gateway', async () => {
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: await vpcFilter() }));
    const network = await outputs.network();
    const look = cli(`ec2 describe-route-tables --filters Name=vpc-id,Values=${network.VpcId}`);
    const default_ = (subnetId: string) =>
      defaultRoute(RouteTables.find((t) => t.Associations?.some((a) => a.SubnetId === subnetId)));
    const ways = (ids: string) => list(ids).map(default_);
    const privately = ways(network.PrivateSubnetIds);
    const all = (length: number, way: string) => Array.from({ length }, () => way);
    const zones = environment.zones.length;
    await about({ resource: `private subnets of ${names.vpc}: default routes`, look }, () => {
      expect(privately.map(({ kind }) => kind)).toEqual(all(zones, 'nat'));
    });
    await about({ resource: `private subnets of ${names.vpc}: different NAT gateways`, look }, () => {
      expect(new Set(privately.map(({ id }) => id)).size).toBe(natGateways);
    });
    await about({ resource: `public subnets of ${names.vpc}: default routes`, look }, () => {
      expect(ways(network.PublicSubnetIds).map(({ kind }) => kind)).toEqual(all(zones, 'igw'));
    });
    if (!system.database) return;
    await about({ resource: `isolated subnets of ${names.vpc}: default routes`, look }, () => {
      expect(ways(network.IsolatedSubnetIds!).map(({ kind }) => kind)).toEqual(all(zones, 'none'));
    });
  });

  it('has its endpoints', async () => {
    const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: await vpcFilter() }));
    const { VpcId } = await outputs.network();
    const look = cli(`ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=${VpcId}`);
    const found = VpcEndpoints.map((e) =>
      [e.VpcEndpointType, e.ServiceName, e.State?.toLowerCase(), e.PrivateDnsEnabled ? 'private DNS' : '']
        .join(' ')
        .trim(),
    );
    const service = (name: string) => `com.amazonaws.${environment.region}.${name} available`;
    const expected = [
      ...system.interfaceEndpoints.map((name) => `Interface ${service(name)} private DNS`),
      ...system.gatewayEndpoints.map((name) => `Gateway ${service(name)}`),
    ];
    await about({ resource: `endpoints of ${names.vpc}`, look }, () => expect(found.sort()).toEqual(expected.sort()));
  });

  it('writes flow logs of all traffic', async () => {
    const { VpcId, FlowLogGroupName } = await outputs.network();
    const Filter = [{ Name: 'resource-id', Values: [VpcId] }];
    const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({ Filter }));
    const look = cli(`ec2 describe-flow-logs --filter Name=resource-id,Values=${VpcId}`);
    await about({ resource: `flow logs of ${names.vpc}: status, traffic and log group`, look }, () => {
      expect(FlowLogs.map((f) => [f.FlowLogStatus, f.TrafficType, f.LogGroupName])).toEqual([
        ['ACTIVE', 'ALL', FlowLogGroupName],
      ]);
    });
  });

  it('has its NAT gateways, with the addresses that the test listener admits', async () => {
    const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: await vpcFilter() }));
    const { VpcId, NatAddresses } = await outputs.network();
    const look = cli(`ec2 describe-nat-gateways --filter Name=vpc-id,Values=${VpcId}`);
    const present = NatGateways.filter((n) => n.State !== 'deleted');
    await about({ resource: `NAT gateways of ${names.vpc}: states`, look }, () => {
      expect(present.map((n) => n.State)).toEqual(Array.from({ length: natGateways }, () => 'available'));
    });
    const addresses = present.flatMap((n) => n.NatGatewayAddresses?.map((a) => a.PublicIp) ?? []);
    await about({ resource: `NAT gateways of ${names.vpc}: public addresses`, look }, () => {
      expect(addresses.sort()).toEqual(list(NatAddresses).sort());
    });
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ PublicIps: list(NatAddresses) }));
    const subject = {
      resource: `elastic addresses of ${names.vpc}`,
      look: cli(`ec2 describe-addresses --public-ips ${list(NatAddresses).join(' ')}`),
    };
    await about(subject, () => expect(Addresses.filter((a) => a.AssociationId).length).toBe(natGateways));
  });

  it.each(system.services.map((s) => [s.name, s] as const))('admits %s its own port only', async (_, service) => {
    const { SecurityGroupId } = await outputs.service(service);
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [SecurityGroupId] }));
    const ingress = SecurityGroups[0]?.IpPermissions ?? [];
    const look = cli(`ec2 describe-security-groups --group-ids ${SecurityGroupId}`);
    await about({ resource: `security group of ${names.service(service)}: ports inwards`, look }, () => {
      // Where services reach one another, a group that they share admits them.
      const called = !system.reachOneAnother && system.services.some((s) => s.calls.includes(service.name));
      const reached = service.path || called;
      expect([...new Set(ingress.map((p) => `${p.IpProtocol} ${p.FromPort}-${p.ToPort}`))]).toEqual(
        reached ? [`tcp ${service.port}-${service.port}`] : [],
      );
    });
    await about({ resource: `security group of ${names.service(service)}: address ranges inwards`, look }, () => {
      expect(ingress.flatMap((p) => [...(p.IpRanges ?? []), ...(p.Ipv6Ranges ?? [])])).toEqual([]);
    });
  });
});

/** Where a route table sends what is meant for anywhere. */
function defaultRoute(table: RouteTable | undefined): { kind: 'nat' | 'igw' | 'none'; id?: string } {
  const route = table?.Routes?.find((r) => r.DestinationCidrBlock === '0.0.0.0/0');
  if (route?.NatGatewayId) return { kind: 'nat', id: route.NatGatewayId };
  if (route?.GatewayId?.startsWith('igw-')) return { kind: 'igw', id: route.GatewayId };
  return { kind: 'none' };
}

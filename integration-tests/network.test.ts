import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { about } from './support/about';
import { eachOf } from './support/each-of';
import { reach } from './support/probe';
import { groupNamed, wayFrom, waysInwards } from './support/security-groups';
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

  it('has its endpoints, in every zone', async () => {
    const network = await outputs.network();
    const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: await vpcFilter() }));
    const look = cli(`ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=${network.VpcId}`);
    const found = VpcEndpoints.map((e) =>
      [e.VpcEndpointType, e.ServiceName, e.State?.toLowerCase(), e.PrivateDnsEnabled ? 'private DNS' : '']
        .join(' ')
        .trim(),
    );
    const available = (name: string) => `${serviceName(name)} available`;
    const expected = [
      ...system.interfaceEndpoints.map((name) => `Interface ${available(name)} private DNS`),
      ...system.gatewayEndpoints.map((name) => `Gateway ${available(name)}`),
    ];
    await about({ resource: `endpoints of ${names.vpc}`, look }, () => expect(found.sort()).toEqual(expected.sort()));
    for (const { ServiceName, SubnetIds = [], VpcEndpointType } of VpcEndpoints) {
      if (VpcEndpointType !== 'Interface') continue;
      await about({ resource: `endpoint ${ServiceName}: subnets`, look }, () =>
        expect(SubnetIds.sort()).toEqual(list(network.PrivateSubnetIds).sort()),
      );
    }
  });

  eachOf(system.gatewayEndpoints)('routes private subnets to %s through its endpoint', async (name) => {
    const Filters = [...(await vpcFilter()), { Name: 'service-name', Values: [serviceName(name)] }];
    const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: await vpcFilter() }));
    const { VpcId, PrivateSubnetIds } = await outputs.network();
    const subject = {
      resource: `private subnets of ${names.vpc} without a route to endpoint ${name}`,
      look: cli(`ec2 describe-route-tables --filters Name=vpc-id,Values=${VpcId}`),
    };
    const routed = RouteTables.filter((t) => t.Routes?.some((r) => r.GatewayId === VpcEndpoints[0]?.VpcEndpointId));
    const missing = list(PrivateSubnetIds).filter(
      (id) => !routed.some((t) => t.Associations?.some((a) => a.SubnetId === id)),
    );
    await about(subject, () => expect(missing).toEqual([]));
  });

  eachOf(system.interfaceEndpoints)('reaches %s at each private address of its endpoint', async (name) => {
    const Filters = [...(await vpcFilter()), { Name: 'service-name', Values: [serviceName(name)] }];
    const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    const NetworkInterfaceIds = VpcEndpoints.flatMap((e) => e.NetworkInterfaceIds ?? []);
    const look = cli(`ec2 describe-vpc-endpoints --filters Name=service-name,Values=${serviceName(name)}`);
    await about({ resource: `endpoint ${name} of ${names.vpc}: network interfaces`, look }, () =>
      expect(NetworkInterfaceIds.length).toBe(environment.zones.length),
    );
    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }));
    // All at once: an address that does not answer takes the probe's patience.
    await Promise.all(
      NetworkInterfaces.map(({ PrivateIpAddress: address, AvailabilityZone: zone }) =>
        about({ resource: `endpoint ${name} at ${address}:443 in ${zone}, asked by the probe`, look }, () =>
          reach(address!, hostOf(name)),
        ),
      ),
    );
  });

  if (system.interfaceEndpoints.length) {
    it('admits tasks and the probe to its endpoints, on 443, and nobody else', async () => {
      const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: await vpcFilter() }));
      const groups = new Set(VpcEndpoints.flatMap((e) => e.Groups ?? []).map((g) => g.GroupId!));
      const subject = (group: string) => ({
        resource: `security group ${group} of the endpoints: ways inwards`,
        look: cli(`ec2 describe-security-groups --group-ids ${group}`),
      });
      const tasks = await Promise.all(system.services.map(async (s) => (await outputs.service(s)).SecurityGroupId));
      const expected = [...tasks, await groupNamed(names.probe)].map((source) => wayFrom(source, 443)).sort();
      for (const group of groups) {
        await about(subject(group), async () => expect(await waysInwards(group)).toEqual(expected));
      }
      await about({ resource: `endpoints of ${names.vpc}: security groups`, look: subject('').look }, () =>
        expect(groups.size).toBe(1),
      );
    });
  }

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
    // Absent until the first delivery.
    await about({ resource: `flow logs of ${names.vpc}: error of their delivery`, look }, () => {
      expect(FlowLogs.map((f) => f.DeliverLogsErrorMessage).filter(Boolean)).toEqual([]);
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

  it('uses its default security group for nothing: its rules cannot be taken out', async () => {
    const Filters = [...(await vpcFilter()), { Name: 'group-name', Values: ['default'] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const id = SecurityGroups[0]?.GroupId ?? '';
    const subject = {
      resource: `default security group ${id} of ${names.vpc}: network interfaces that carry it`,
      look: cli(`ec2 describe-network-interfaces --filters Name=group-id,Values=${id}`),
    };
    await about(subject, () => expect(SecurityGroups.length).toBe(1));
    const ofGroup = [{ Name: 'group-id', Values: [id] }];
    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: ofGroup }));
    await about(subject, () => expect(NetworkInterfaces.map((i) => i.NetworkInterfaceId)).toEqual([]));
  });

  it.each(system.services.map((s) => [s.name, s] as const))('admits %s its own port only', async (_, service) => {
    const { SecurityGroupId } = await outputs.service(service);
    const { LoadBalancerSecurityGroupId } = await outputs.network();
    // Where services reach one another, a group that they share admits them.
    const callers = system.services.filter(
      (s) => !system.reachOneAnother && service.release === 'ROLLING' && s.calls.includes(service.name),
    );
    const sources = [
      ...(service.path ? [LoadBalancerSecurityGroupId] : []),
      ...(await Promise.all(callers.map(async (s) => (await outputs.service(s)).SecurityGroupId))),
    ];
    const subject = {
      resource: `security group of ${names.service(service)}: ways inwards`,
      look: cli(`ec2 describe-security-groups --group-ids ${SecurityGroupId}`),
    };
    await about(subject, async () =>
      expect(await waysInwards(SecurityGroupId)).toEqual(sources.map((s) => wayFrom(s, service.port)).sort()),
    );
  });

  if (system.reachOneAnother) {
    it('lets services reach one another on their ports', async () => {
      const group = await groupNamed(names.servicesGroup);
      const subject = {
        resource: `security group ${names.servicesGroup}: ways inwards`,
        look: cli(`ec2 describe-security-groups --group-ids ${group}`),
      };
      await about(subject, async () =>
        expect(await waysInwards(group)).toEqual(system.services.map((s) => wayFrom(group, s.port)).sort()),
      );
    });
  }
});

const serviceName = (endpoint: string) => `com.amazonaws.${environment.region}.${endpoint}`;

/** Name under which a service of AWS is asked, and which its certificate is for. */
function hostOf(endpoint: string): string {
  const { region } = environment;
  if (endpoint === 'ecr.api') return `api.ecr.${region}.amazonaws.com`;
  if (endpoint === 'ecr.dkr') return `${environment.account}.dkr.ecr.${region}.amazonaws.com`;
  return `${endpoint}.${region}.amazonaws.com`;
}

/** Where a route table sends what is meant for anywhere. */
function defaultRoute(table: RouteTable | undefined): { kind: 'nat' | 'igw' | 'none'; id?: string } {
  const route = table?.Routes?.find((r) => r.DestinationCidrBlock === '0.0.0.0/0');
  if (route?.NatGatewayId) return { kind: 'nat', id: route.NatGatewayId };
  if (route?.GatewayId?.startsWith('igw-')) return { kind: 'igw', id: route.GatewayId };
  return { kind: 'none' };
}

// EC2: the network that templates made, found by ids and filters.
import * as sdk from '@aws-sdk/client-ec2';
import { environmentOf } from '../../identity';
import type { ServiceModule } from '../../module';
import type { Environment } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import type { Shape } from '../../wire/schema';
import { prefixLists, vpcEndpoints } from './endpoints';
import { filtered, type Filter } from './filters';
import { flowLogs } from './flow-logs';
import * as network from './network';
import { resources } from './resources';
import { closeGroup, openGroup, securityGroupRules, securityGroups } from './security-groups';

interface Kind<T extends Shape> {
  list(env: Environment): T[];
  schema: unknown;
  id: keyof T & string;
  /** Error for an id that does not exist. */
  absent: [code: string, text: (id: string) => string];
  /** Filters that are no field. */
  own?: Record<string, (item: T) => unknown[]>;
}
const kind = <T extends Shape>(k: Kind<T>) => k;
const idText = (noun: string) => (id: string) => `The ${noun} '${id}' does not exist`;

const kinds = {
  vpc: kind({ list: network.vpcs, schema: sdk.Vpc$, id: 'VpcId', absent: ['InvalidVpcID.NotFound', idText('vpc ID')] }),
  subnet: kind({
    ...{ list: network.subnets, schema: sdk.Subnet$, id: 'SubnetId' },
    absent: ['InvalidSubnetID.NotFound', idText('subnet ID')],
  }),
  routeTable: kind({
    ...{ list: network.routeTables, schema: sdk.RouteTable$, id: 'RouteTableId' },
    absent: ['InvalidRouteTableID.NotFound', idText('routeTable ID')],
  }),
  natGateway: kind({
    ...{ list: network.natGateways, schema: sdk.NatGateway$, id: 'NatGatewayId' },
    absent: ['NatGatewayNotFound', (id) => `The Nat Gateway ${id} was not found`],
  }),
  address: kind({
    ...{ list: network.addresses, schema: sdk.Address$, id: 'AllocationId' },
    absent: ['InvalidAllocationID.NotFound', idText('allocation ID')],
  }),
  internetGateway: kind({
    ...{ list: network.internetGateways, schema: sdk.InternetGateway$, id: 'InternetGatewayId' },
    absent: ['InvalidInternetGatewayID.NotFound', idText('internetGateway ID')],
  }),
  securityGroup: kind({
    ...{ list: securityGroups, schema: sdk.SecurityGroup$, id: 'GroupId' },
    absent: ['InvalidGroup.NotFound', idText('security group')],
    own: {
      'ip-permission.cidr': (g) => ranges(g.IpPermissions),
      'egress.ip-permission.cidr': (g) => ranges(g.IpPermissionsEgress),
      'ip-permission.group-id': (g) => groups(g.IpPermissions),
      'egress.ip-permission.group-id': (g) => groups(g.IpPermissionsEgress),
      'ip-permission.from-port': (g) => (g.IpPermissions ?? []).map((p) => p.FromPort),
      'ip-permission.to-port': (g) => (g.IpPermissions ?? []).map((p) => p.ToPort),
    },
  }),
  securityGroupRule: kind({
    ...{ list: securityGroupRules, schema: sdk.SecurityGroupRule$, id: 'SecurityGroupRuleId' },
    absent: ['InvalidSecurityGroupRuleId.NotFound', idText('security group rule ID')],
  }),
  networkInterface: kind({
    ...{ list: network.networkInterfaces, schema: sdk.NetworkInterface$, id: 'NetworkInterfaceId' },
    absent: ['InvalidNetworkInterfaceID.NotFound', idText('networkInterface ID')],
    own: { 'group-id': (i) => (i.Groups ?? []).map((g) => g.GroupId) },
  }),
  vpcEndpoint: kind({
    ...{ list: vpcEndpoints, schema: sdk.VpcEndpoint$, id: 'VpcEndpointId' },
    absent: ['InvalidVpcEndpointId.NotFound', idText('Vpc Endpoint Id')],
    own: { 'vpc-endpoint-state': (e) => [e.State] },
  }),
  flowLog: kind({
    ...{ list: flowLogs, schema: sdk.FlowLog$, id: 'FlowLogId' },
    absent: ['InvalidFlowLogId.NotFound', idText('flow log ID')],
  }),
};
const prefixList = kind({
  ...{ list: prefixLists, schema: sdk.PrefixList$, id: 'PrefixListId' },
  absent: ['InvalidPrefixListId.NotFound', idText('prefix list ID')],
});
const ranges = (all: sdk.IpPermission[] = []) => all.flatMap((p) => (p.IpRanges ?? []).map((r) => r.CidrIp));
const groups = (all: sdk.IpPermission[] = []) => all.flatMap((p) => (p.UserIdGroupPairs ?? []).map((r) => r.GroupId));

export const ec2: ServiceModule = {
  resources,
  api: (cloud) => {
    const find = <T extends Shape>(k: Kind<T>, context: Context, ids: string[] = [], filters?: Filter[]): T[] => {
      const all = k.list(environmentOf(cloud, context));
      const absent = ids.find((id) => !all.some((item) => item[k.id] === id));
      if (absent) throw new AwsError(k.absent[0], k.absent[1](absent));
      const wanted = ids.length ? all.filter((item) => ids.includes(item[k.id])) : all;
      return filtered(wanted, filters, k.schema, k.own);
    };
    return service(sdk)({
      DescribeVpcs: (i, context) => ({ Vpcs: find(kinds.vpc, context, i.VpcIds, i.Filters) }),
      DescribeVpcAttribute: (i, context) => {
        find(kinds.vpc, context, [i.VpcId!]);
        const { model } = environmentOf(cloud, context).get('AWS::EC2::VPC', i.VpcId!)!;
        const on = (value: unknown, otherwise: boolean) => ({ Value: String(value ?? otherwise) === 'true' });
        switch (i.Attribute) {
          case 'enableDnsSupport':
            return { VpcId: i.VpcId, EnableDnsSupport: on(model.EnableDnsSupport, true) };
          case 'enableDnsHostnames':
            return { VpcId: i.VpcId, EnableDnsHostnames: on(model.EnableDnsHostnames, false) };
          case 'enableNetworkAddressUsageMetrics':
            return { VpcId: i.VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
          default:
            throw new AwsError('InvalidParameterValue', `Value (${i.Attribute}) for parameter attribute is invalid.`);
        }
      },
      DescribeSubnets: (i, context) => ({ Subnets: find(kinds.subnet, context, i.SubnetIds, i.Filters) }),
      DescribeRouteTables: (i, context) => ({
        RouteTables: find(kinds.routeTable, context, i.RouteTableIds, i.Filters),
      }),
      DescribeNatGateways: (i, context) => ({
        NatGateways: find(kinds.natGateway, context, i.NatGatewayIds, i.Filter),
      }),
      DescribeAddresses: (i, context) => {
        const found = find(kinds.address, context, i.AllocationIds, i.Filters);
        return { Addresses: i.PublicIps ? found.filter((a) => i.PublicIps!.includes(a.PublicIp!)) : found };
      },
      DescribeInternetGateways: (i, context) => ({
        InternetGateways: find(kinds.internetGateway, context, i.InternetGatewayIds, i.Filters),
      }),
      DescribeSecurityGroups: (i, context) => {
        const found = find(kinds.securityGroup, context, i.GroupIds, i.Filters);
        return { SecurityGroups: i.GroupNames ? found.filter((g) => i.GroupNames!.includes(g.GroupName!)) : found };
      },
      AuthorizeSecurityGroupIngress: (i, context) => {
        openGroup(environmentOf(cloud, context), i.GroupId, i.IpPermissions);
        return { Return: true };
      },
      RevokeSecurityGroupIngress: (i, context) => {
        closeGroup(environmentOf(cloud, context), i.GroupId, i.IpPermissions);
        return { Return: true };
      },
      DescribeSecurityGroupRules: (i, context) => ({
        SecurityGroupRules: find(kinds.securityGroupRule, context, i.SecurityGroupRuleIds, i.Filters),
      }),
      DescribeNetworkInterfaces: (i, context) => ({
        NetworkInterfaces: find(kinds.networkInterface, context, i.NetworkInterfaceIds, i.Filters),
      }),
      DescribeVpcEndpoints: (i, context) => ({
        VpcEndpoints: find(kinds.vpcEndpoint, context, i.VpcEndpointIds, i.Filters),
      }),
      DescribePrefixLists: (i, context) => ({
        PrefixLists: find(prefixList, context, i.PrefixListIds, i.Filters),
      }),
      DescribeFlowLogs: (i, context) => ({ FlowLogs: find(kinds.flowLog, context, i.FlowLogIds, i.Filter) }),
      DescribeAvailabilityZones: (i, context) => {
        const all = network.availabilityZones(environmentOf(cloud, context));
        const named = i.ZoneNames ? all.filter((z) => i.ZoneNames!.includes(z.ZoneName!)) : all;
        return { AvailabilityZones: filtered(named, i.Filters, sdk.AvailabilityZone$) };
      },
    });
  },
};

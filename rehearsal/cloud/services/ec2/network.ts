import type * as sdk from '@aws-sdk/client-ec2';
import { hash } from '../../hash';
import type { Environment, Resource, Values } from '../../state';
import { prefixListId } from './endpoints';
import { range } from './resources';

// What templates made, in the words of the API.

const all = (env: Environment, type: string) => env.list(`AWS::EC2::${type}`);
const zoneId = (region: string, zone = '') =>
  `${region.replace(/^(\w)\w*-(\w)\w*-(\d)$/, '$1$2$3')}-az${zone.charCodeAt(zone.length - 1) - 96}`;

export const vpcs = (env: Environment): sdk.Vpc[] =>
  all(env, 'VPC').map(({ id, model }) => ({
    VpcId: id,
    CidrBlock: model.CidrBlock,
    CidrBlockAssociationSet: [
      {
        AssociationId: `vpc-cidr-assoc-${hash(id, 17)}`,
        CidrBlock: model.CidrBlock,
        CidrBlockState: { State: 'associated' },
      },
    ],
    State: 'available',
    DhcpOptionsId: 'default',
    InstanceTenancy: model.InstanceTenancy ?? 'default',
    IsDefault: false,
    OwnerId: env.account,
    Tags: model.Tags ?? [],
  }));

export const subnets = (env: Environment): sdk.Subnet[] =>
  all(env, 'Subnet').map(({ id, model }) => {
    const [first, last] = range(model.CidrBlock);
    return {
      SubnetId: id,
      SubnetArn: env.arn('ec2', `subnet/${id}`),
      VpcId: model.VpcId,
      CidrBlock: model.CidrBlock,
      AvailabilityZone: model.AvailabilityZone,
      AvailabilityZoneId: zoneId(env.region, model.AvailabilityZone),
      AvailableIpAddressCount: last - first + 1 - 5,
      MapPublicIpOnLaunch: String(model.MapPublicIpOnLaunch ?? false) === 'true',
      DefaultForAz: false,
      State: 'available',
      OwnerId: env.account,
      Tags: model.Tags ?? [],
    };
  });

/** Each VPC also has a main route table, for subnets without one of their own. */
export function routeTables(env: Environment): sdk.RouteTable[] {
  const cidr = (vpcId: string) => env.get('AWS::EC2::VPC', vpcId)?.model.CidrBlock;
  const local = (vpcId: string): sdk.Route => ({
    ...{ DestinationCidrBlock: cidr(vpcId), GatewayId: 'local' },
    ...{ Origin: 'CreateRouteTable', State: 'active' },
  });
  const own = all(env, 'RouteTable').map(({ id, model }): sdk.RouteTable => {
    const routes = all(env, 'Route').filter((r) => r.model.RouteTableId === id);
    const associations = all(env, 'SubnetRouteTableAssociation').filter((r) => r.model.RouteTableId === id);
    return {
      ...{ RouteTableId: id, VpcId: model.VpcId, OwnerId: env.account, PropagatingVgws: [], Tags: model.Tags ?? [] },
      Routes: [local(model.VpcId), ...endpointRoutes(env, id), ...routes.map(route)],
      Associations: associations.map((a) => ({
        ...{ RouteTableAssociationId: a.id, RouteTableId: id, SubnetId: a.model.SubnetId, Main: false },
        AssociationState: { State: 'associated' },
      })),
    };
  });
  const main = all(env, 'VPC').map(({ id }): sdk.RouteTable => {
    const RouteTableId = `rtb-${hash(id + 'main', 17)}`;
    const association = { RouteTableAssociationId: `rtbassoc-${hash(id + 'main', 17)}`, RouteTableId, Main: true };
    return {
      ...{ RouteTableId, VpcId: id, OwnerId: env.account, PropagatingVgws: [], Tags: [], Routes: [local(id)] },
      Associations: [{ ...association, AssociationState: { State: 'associated' } }],
    };
  });
  return [...own, ...main];
}
const route = ({ model }: Resource): sdk.Route => ({
  DestinationCidrBlock: model.DestinationCidrBlock,
  DestinationIpv6CidrBlock: model.DestinationIpv6CidrBlock,
  GatewayId: model.GatewayId,
  NatGatewayId: model.NatGatewayId,
  NetworkInterfaceId: model.NetworkInterfaceId,
  TransitGatewayId: model.TransitGatewayId,
  VpcPeeringConnectionId: model.VpcPeeringConnectionId,
  Origin: 'CreateRoute',
  State: 'active',
});
/** A gateway endpoint is a route to its service's prefix list. */
const endpointRoutes = (env: Environment, routeTableId: string): sdk.Route[] =>
  all(env, 'VPCEndpoint')
    .filter((e) => (e.model.RouteTableIds ?? []).includes(routeTableId))
    .map((e) => ({
      DestinationPrefixListId: prefixListId(e.model.ServiceName),
      ...{ GatewayId: e.id, Origin: 'CreateRoute', State: 'active' },
    }));

export const natGateways = (env: Environment): sdk.NatGateway[] =>
  all(env, 'NatGateway').map((gateway) => {
    const { id, model } = gateway;
    const networkInterface = natInterface(env, gateway);
    return {
      NatGatewayId: id,
      SubnetId: model.SubnetId,
      VpcId: networkInterface.VpcId,
      State: 'available',
      ConnectivityType: model.ConnectivityType ?? 'public',
      NatGatewayAddresses: [
        {
          AllocationId: model.AllocationId,
          PublicIp: networkInterface.Association?.PublicIp,
          PrivateIp: networkInterface.PrivateIpAddress,
          NetworkInterfaceId: networkInterface.NetworkInterfaceId,
          AssociationId: networkInterface.Association?.AssociationId,
          ...{ IsPrimary: true, Status: 'succeeded' },
        },
      ],
      Tags: model.Tags ?? [],
    };
  });

function natInterface(env: Environment, { id, model }: Resource): sdk.NetworkInterface {
  const subnet = env.get('AWS::EC2::Subnet', model.SubnetId)?.model ?? {};
  const address = all(env, 'EIP').find((a) => a.model.AllocationId === model.AllocationId);
  return {
    NetworkInterfaceId: `eni-${hash(id, 17)}`,
    Description: `Interface for NAT Gateway ${id}`,
    // As the API spells it; its model has natGateway.
    InterfaceType: 'nat_gateway' as sdk.NetworkInterfaceType,
    SubnetId: model.SubnetId,
    VpcId: subnet.VpcId,
    AvailabilityZone: subnet.AvailabilityZone,
    PrivateIpAddress: natAddress(subnet),
    Groups: [],
    Status: 'in-use',
    OwnerId: env.account,
    TagSet: model.Tags ?? [],
    Association: address && {
      PublicIp: address.model.PublicIp,
      AllocationId: address.model.AllocationId,
      AssociationId: `eipassoc-${hash(id, 17)}`,
    },
  };
}
/** The last usable address of the subnet: the address book gives out the first ones first. */
function natAddress({ CidrBlock }: Values): string | undefined {
  if (!CidrBlock) return undefined;
  const address = range(CidrBlock)[1] - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export const addresses = (env: Environment): sdk.Address[] =>
  all(env, 'EIP').map(({ model }) => {
    const user = all(env, 'NatGateway').find((n) => n.model.AllocationId === model.AllocationId);
    const networkInterface = user && natInterface(env, user);
    return {
      AllocationId: model.AllocationId,
      PublicIp: model.PublicIp,
      Domain: 'vpc',
      NetworkBorderGroup: env.region,
      PublicIpv4Pool: 'amazon',
      AssociationId: networkInterface?.Association?.AssociationId,
      NetworkInterfaceId: networkInterface?.NetworkInterfaceId,
      PrivateIpAddress: networkInterface?.PrivateIpAddress,
      NetworkInterfaceOwnerId: networkInterface && env.account,
      Tags: model.Tags ?? [],
    };
  });

export const internetGateways = (env: Environment): sdk.InternetGateway[] =>
  all(env, 'InternetGateway').map(({ id, model }) => ({
    InternetGatewayId: id,
    OwnerId: env.account,
    Attachments: all(env, 'VPCGatewayAttachment')
      .filter((a) => a.model.InternetGatewayId === id)
      // 'available' is what the API tells for an attached internet gateway, though its model does not list it.
      .map((a) => ({ VpcId: a.model.VpcId, State: 'available' as sdk.AttachmentStatus })),
    Tags: model.Tags ?? [],
  }));

/** Network interfaces of NAT gateways, and those that other services put on the shelf. */
export const networkInterfaces = (env: Environment): sdk.NetworkInterface[] => [
  ...all(env, 'NatGateway').map((gateway) => natInterface(env, gateway)),
  ...env.shelf<sdk.NetworkInterface>('ec2 network interfaces').values(),
];

/** Zones of the regions that have more or fewer than three open to new accounts. */
const zoneLetters: Record<string, string> = { 'us-east-1': 'abcdef', 'us-west-1': 'ab', 'us-west-2': 'abcd' };

export const availabilityZones = ({ region }: Environment): sdk.AvailabilityZone[] =>
  [...(zoneLetters[region] ?? 'abc')].map((letter) => ({
    ZoneName: region + letter,
    ZoneId: zoneId(region, region + letter),
    ZoneType: 'availability-zone',
    RegionName: region,
    GroupName: region,
    NetworkBorderGroup: region,
    OptInStatus: 'opt-in-not-required',
    State: 'available',
    Messages: [],
  }));

// VPC endpoints: a service of AWS has addresses, and its name, in the VPC. What answers there is the local cloud's own API.
import { hash } from '../../hash';
import type { ResourceType } from '../../module';
import { addressBook } from '../../runtime/address-book';
import { endpointServer } from '../../runtime/endpoint-server';
import type { Environment, Resource, Values } from '../../state';
import { refusal } from './failures';
import type * as sdk from '@aws-sdk/client-ec2';

const type = 'AWS::EC2::VPCEndpoint';
const yes = (value: unknown, otherwise = false) => String(value ?? otherwise) === 'true';
const isInterface = (model: Values) => model.VpcEndpointType === 'Interface';

/** Prefix list of a service that gateway endpoints lead to. */
export const prefixListId = (serviceName: string) => `pl-${hash(serviceName, 8)}`;
const interfaceId = (seed: string, subnetId: string) => `eni-${hash(`${seed} ${subnetId}`, 17)}`;

/** Names of the service that private DNS takes over. Source: PrivateDnsNames in DescribeVpcEndpointServices. */
function privateNames(serviceName: string, region: string): string[] {
  const service = serviceName.replace(`com.amazonaws.${region}.`, '');
  const own: Record<string, string[]> = {
    'ecr.api': [`api.ecr.${region}.amazonaws.com`],
    'ecr.dkr': [`*.dkr.ecr.${region}.amazonaws.com`],
  };
  return own[service] ?? [`${service}.${region}.amazonaws.com`];
}

/** Address of the endpoint in each of its subnets. */
const addresses = (env: Environment) => env.shelf<{ subnetId: string; ip: string }[]>('ec2 endpoint addresses');
const interfaces = (env: Environment) => env.shelf<sdk.NetworkInterface>('ec2 network interfaces');

function check(resource: Resource, env: Environment): void {
  const { VpcId, ServiceName, SubnetIds = [], SecurityGroupIds = [], RouteTableIds = [] } = resource.model;
  const vpc = env.get('AWS::EC2::VPC', VpcId)?.model;
  if (!vpc) throw refusal('InvalidVpcId.NotFound', `The Vpc ID '${VpcId}' does not exist`);
  if (!String(ServiceName).startsWith(`com.amazonaws.${env.region}.`))
    throw refusal('InvalidServiceName', `The Vpc Endpoint Service '${ServiceName}' does not exist`);
  const others = env.list(type).filter((r) => r.id !== resource.id && r.model.VpcId === VpcId);
  const same = others.filter((r) => r.model.ServiceName === ServiceName);
  if (!isInterface(resource.model)) {
    for (const id of RouteTableIds) {
      if (!env.get('AWS::EC2::RouteTable', id))
        throw refusal('InvalidRouteTableId.NotFound', `The routeTable ID '${id}' does not exist`);
      if (same.some((r) => (r.model.RouteTableIds ?? []).includes(id)))
        throw refusal(
          'RouteAlreadyExists',
          `route table ${id} already has a route with destination-prefix-list-id ${prefixListId(ServiceName)}`,
        );
    }
    return;
  }
  const subnets = SubnetIds.map((id: string) => env.get('AWS::EC2::Subnet', id)?.model);
  const absent = SubnetIds.find((_id: string, i: number) => !subnets[i]);
  if (absent) throw refusal('InvalidSubnetId.NotFound', `The subnet ID '${absent}' does not exist`);
  const zones = subnets.map((s: Values) => s.AvailabilityZone);
  if (new Set(zones).size < zones.length)
    throw refusal('DuplicateSubnetsInSameZone', 'Found another VPC endpoint subnet in the availability zone');
  for (const id of SecurityGroupIds)
    if (!env.get('AWS::EC2::SecurityGroup', id))
      throw refusal('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  if (!yes(resource.model.PrivateDnsEnabled)) return;
  if (!yes(vpc.EnableDnsSupport, true) || !yes(vpc.EnableDnsHostnames))
    throw refusal(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`,
    );
  if (same.some((r) => yes(r.model.PrivateDnsEnabled)))
    throw refusal(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${privateNames(ServiceName, env.region)[0]} in the VPC ${VpcId}`,
    );
}

async function open(resource: Resource, env: Environment): Promise<void> {
  check(resource, env);
  const { model, id, seed } = resource;
  if (!isInterface(model)) return;
  const book = addressBook(env);
  const port = await endpointServer(env);
  const own = (model.SubnetIds as string[]).map((subnetId) => ({ subnetId, ip: book.allocate(subnetId) }));
  addresses(env).set(id, own);
  for (const { subnetId, ip } of own) {
    book.publish(model.VpcId, ip, 443, port);
    interfaces(env).set(interfaceId(seed, subnetId), {
      NetworkInterfaceId: interfaceId(seed, subnetId),
      Description: `VPC Endpoint Interface ${id}`,
      InterfaceType: 'vpc_endpoint',
      RequesterManaged: true,
      SubnetId: subnetId,
      VpcId: model.VpcId,
      AvailabilityZone: env.get('AWS::EC2::Subnet', subnetId)?.model.AvailabilityZone,
      PrivateIpAddress: ip,
      Groups: (model.SecurityGroupIds ?? []).map((GroupId: string) => ({ GroupId })),
      Status: 'in-use',
      OwnerId: env.account,
      TagSet: [],
    });
  }
  setNames(
    env,
    resource,
    own.map((a) => a.ip),
  );
}

function setNames(env: Environment, { id, model }: Resource, ips: string[]): void {
  const names = yes(model.PrivateDnsEnabled) ? privateNames(model.ServiceName, env.region) : [];
  for (const name of [...names, ownName(id, model)]) addressBook(env).setName(model.VpcId, name, ips);
}
const ownName = (id: string, { ServiceName }: Values) =>
  `${id}-${hash(id, 8)}.${String(ServiceName).split('.').slice(3).join('.')}.${String(ServiceName).split('.')[2]}.vpce.amazonaws.com`;

function close(resource: Resource, env: Environment): void {
  const book = addressBook(env);
  setNames(env, resource, []);
  for (const { subnetId, ip } of addresses(env).get(resource.id) ?? []) {
    book.withdraw(resource.model.VpcId, ip);
    book.release(ip);
    interfaces(env).delete(interfaceId(resource.seed, subnetId));
  }
  addresses(env).delete(resource.id);
}

export const endpointType: ResourceType = {
  prefix: 'vpce',
  attributes: ({ properties, seed }) => ({
    NetworkInterfaceIds: isInterface(properties)
      ? (properties.SubnetIds ?? []).map((id: string) => interfaceId(seed, id))
      : [],
    CreationTimestamp: new Date().toISOString(),
  }),
  created: open,
  async updated(resource, before, env) {
    close(before, env);
    await open(resource, env);
  },
  deleted: close,
};

export const vpcEndpoints = (env: Environment): sdk.VpcEndpoint[] =>
  env.list(type).map(({ id, model }) => ({
    VpcEndpointId: id,
    VpcEndpointType: model.VpcEndpointType ?? 'Gateway',
    VpcId: model.VpcId,
    ServiceName: model.ServiceName,
    State: 'available' as sdk.State, // the model has it with a capital
    PrivateDnsEnabled: yes(model.PrivateDnsEnabled),
    SubnetIds: model.SubnetIds ?? [],
    RouteTableIds: model.RouteTableIds ?? [],
    NetworkInterfaceIds: model.NetworkInterfaceIds ?? [],
    DnsEntries: isInterface(model)
      ? [ownName(id, model), ...(yes(model.PrivateDnsEnabled) ? privateNames(model.ServiceName, env.region) : [])].map(
          (DnsName) => ({ DnsName, HostedZoneId: `Z${hash(model.ServiceName, 13).toUpperCase()}` }),
        )
      : [],
    Groups: (model.SecurityGroupIds ?? []).map((GroupId: string) => ({
      GroupId,
      GroupName: env.get('AWS::EC2::SecurityGroup', GroupId)?.model.GroupName,
    })),
    PolicyDocument: model.PolicyDocument && JSON.stringify(model.PolicyDocument),
    RequesterManaged: false,
    IpAddressType: 'ipv4',
    CreationTimestamp: new Date(model.CreationTimestamp),
    OwnerId: env.account,
    Tags: model.Tags ?? [],
  }));

/** Prefix lists of the services that have gateway endpoints. */
export const prefixLists = ({ region }: Environment): sdk.PrefixList[] =>
  ['s3', 'dynamodb'].map((service) => {
    const PrefixListName = `com.amazonaws.${region}.${service}`;
    return { PrefixListId: prefixListId(PrefixListName), PrefixListName, Cidrs: ['52.216.0.0/15'] };
  });

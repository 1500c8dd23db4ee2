import { everything } from '../core/roles';
import {
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressBook } from '../../cloud/runtime/address-book';
import { authorityFile } from '../../cloud/runtime/certificate-authority';
import { start, vpcEnvironment } from '../../cloud/runtime/processes';
import { ec2 } from '../../cloud/services/ec2';
import { iam } from '../../cloud/services/iam';
import { logs } from '../../cloud/services/logs';
import { streamsOf } from '../../cloud/services/logs/store';
import type { Resource, Values } from '../../cloud/state';
import { call, cloudForTest, make, until } from '../load-balancer/make';

let test: ReturnType<typeof cloudForTest>;
let send: ReturnType<typeof call<EC2Client>>;
let vpc: Resource;
let subnets: string[];
let group: Resource;
const on = (type: string, properties: Values): Promise<Resource> =>
  make(test.env, ec2, `AWS::EC2::${type}`, properties);
const ecr = (more: Values = {}) => ({
  ...{ VpcId: vpc.id, ServiceName: 'com.amazonaws.us-east-1.ecr.dkr', VpcEndpointType: 'Interface' },
  ...{ PrivateDnsEnabled: true, SubnetIds: subnets, SecurityGroupIds: [group.id], ...more },
});

beforeEach(async () => {
  test = cloudForTest();
  test.env.remove(test.env.list('AWS::EC2::Subnet')[0]!);
  send = call(test, ec2, EC2Client);
  vpc = await on('VPC', { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true });
  const subnet = (zone: string, i: number) =>
    on('Subnet', { VpcId: vpc.id, CidrBlock: `10.0.1${i}.0/24`, AvailabilityZone: `us-east-1${zone}` });
  subnets = (await Promise.all(['a', 'b'].map(subnet))).map((s) => s.id);
  group = await on('SecurityGroup', { GroupName: 'endpoints', GroupDescription: 'x', VpcId: vpc.id });
});
afterEach(() => test.end());

it('an interface endpoint has addresses in its subnets, and its service’s name leads a process of the VPC there', async () => {
  const api = createServer((req, res) => res.end(`api for ${req.headers.host}`));
  await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
  test.cloud.endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const { id } = await on('VPCEndpoint', ecr());
  const { VpcEndpoints = [] } = await send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc.id] }] }),
  );
  expect(VpcEndpoints).toMatchObject([
    {
      VpcEndpointId: id,
      State: 'available',
      PrivateDnsEnabled: true,
      Groups: [{ GroupId: group.id }],
      SubnetIds: subnets,
    },
  ]);
  expect(VpcEndpoints[0]!.DnsEntries?.map((e) => e.DnsName)).toContain('*.dkr.ecr.us-east-1.amazonaws.com');
  const { NetworkInterfaces = [] } = await send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: VpcEndpoints[0]!.NetworkInterfaceIds }),
  );
  expect(NetworkInterfaces.map((i) => [i.PrivateIpAddress, i.InterfaceType])).toEqual([
    ['10.0.10.4', 'vpc_endpoint'],
    ['10.0.11.4', 'vpc_endpoint'],
  ]);
  const ask = `fetch('https://222222222222.dkr.ecr.us-east-1.amazonaws.com/v2/')
    .then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`;
  const lines: string[] = [];
  await start({
    cloud: test.cloud,
    command: process.execPath,
    args: ['-e', ask],
    cwd: test.cloud.directory,
    env: { ...vpcEnvironment(addressBook(test.env).file(vpc.id)), NODE_EXTRA_CA_CERTS: authorityFile(test.cloud) },
    onLine: (line) => lines.push(line),
  }).ended;
  expect(lines).toEqual(['api for 222222222222.dkr.ecr.us-east-1.amazonaws.com']);
  api.close();
  await ec2.resources!['AWS::EC2::VPCEndpoint']!.deleted!(test.env.get('AWS::EC2::VPCEndpoint', id)!, test.env);
  expect(addressBook(test.env).lookup(vpc.id, '10.0.10.4', 443)).toBeUndefined();
});

it('refuses what EC2 refuses', async () => {
  await on('VPCEndpoint', ecr());
  await expect(on('VPCEndpoint', ecr())).rejects.toThrow(
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for *.dkr.ecr.us-east-1.amazonaws.com in the VPC ${vpc.id}`,
  );
  const bare = await on('VPC', { CidrBlock: '10.1.0.0/16' });
  const only = await on('Subnet', { VpcId: bare.id, CidrBlock: '10.1.1.0/24', AvailabilityZone: 'us-east-1a' });
  await expect(on('VPCEndpoint', ecr({ VpcId: bare.id, SubnetIds: [only.id] }))).rejects.toThrow(
    'Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true',
  );
  const elsewhere = ecr({ ServiceName: 'com.amazonaws.us-east-2.ecr.dkr' });
  await expect(on('VPCEndpoint', elsewhere)).rejects.toThrow("The Vpc Endpoint Service 'com.amazonaws.us-east-2");
  const beside = await on('Subnet', { VpcId: vpc.id, CidrBlock: '10.0.20.0/24', AvailabilityZone: 'us-east-1a' });
  const twice = ecr({ ServiceName: 'com.amazonaws.us-east-1.logs', SubnetIds: [...subnets, beside.id] });
  await expect(on('VPCEndpoint', twice)).rejects.toThrow('DuplicateSubnetsInSameZone');
});

it('a gateway endpoint is a route to a prefix list', async () => {
  const table = await on('RouteTable', { VpcId: vpc.id });
  const s3 = { VpcId: vpc.id, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [table.id] };
  const { id } = await on('VPCEndpoint', s3);
  const names = { Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }] };
  const { PrefixLists = [] } = await send(new DescribePrefixListsCommand(names));
  const { RouteTables } = await send(new DescribeRouteTablesCommand({ RouteTableIds: [table.id] }));
  expect(RouteTables![0]!.Routes).toMatchObject([
    { GatewayId: 'local' },
    { DestinationPrefixListId: PrefixLists[0]!.PrefixListId, GatewayId: id, State: 'active' },
  ]);
  await expect(on('VPCEndpoint', s3)).rejects.toThrow(`route table ${table.id} already has a route`);
});

it('flow logs are delivered by a role that trusts their service', async () => {
  const role = (RoleName: string, Service: string) =>
    make(test.env, iam, 'AWS::IAM::Role', {
      RoleName,
      Policies: [everything],
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] },
    });
  await role('good', 'vpc-flow-logs.amazonaws.com');
  await role('bad', 'ec2.amazonaws.com');
  await make(test.env, logs, 'AWS::Logs::LogGroup', { LogGroupName: '/aws/vpc/test' });
  const address = await on('EIP', { Domain: 'vpc' });
  const nat = await on('NatGateway', { SubnetId: subnets[0]!, AllocationId: address.model.AllocationId });
  const flowLog = (name: string) =>
    on('FlowLog', {
      ...{ ResourceId: vpc.id, ResourceType: 'VPC', TrafficType: 'ALL', LogGroupName: '/aws/vpc/test' },
      DeliverLogsPermissionArn: `arn:aws:iam::111111111111:role/${name}`,
      MaxAggregationInterval: 60,
    });
  await flowLog('good');
  await flowLog('bad');
  const { FlowLogs = [] } = await send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [vpc.id] }] }),
  );
  expect(FlowLogs.map((f) => [f.DeliverLogsStatus, f.DeliverLogsErrorMessage])).toEqual([
    ['SUCCESS', undefined],
    ['FAILED', 'Access error'],
  ]);
  const lines = () => [...streamsOf(test.env, '/aws/vpc/test').values()].flatMap((s) => s.events.map((e) => e.message));
  await until(() => lines().length > 0);
  expect(lines()[0]).toMatch(/^2 111111111111 eni-[0-9a-f]{17} (- ){7}\d{10} \d{10} - NODATA$/);
  expect(nat.id).toMatch(/^nat-/);
});

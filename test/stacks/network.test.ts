import { environmentNames, plain, resources, synthesize, theOnly } from './support';

const { templates } = synthesize();

describe.each(environmentNames)('network of %s', (environment) => {
  const template = templates[environment]!.network!;
  const of = (type: string) => resources(template, type).map(([, resource]) => resource.Properties);
  const gateways = environment === 'prod' ? 3 : 1;

  test('VPC 10.0.0.0/16 with DNS support and hostnames', () => {
    expect(theOnly(template, 'AWS::EC2::VPC').Properties).toMatchObject({
      CidrBlock: '10.0.0.0/16',
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
      Tags: expect.arrayContaining([{ Key: 'Name', Value: `payment-vpc-${environment}` }]),
    });
  });

  test('a public and a private /24 subnet in each zone, none giving public addresses', () => {
    const subnets = of('AWS::EC2::Subnet').map((s) => [s.CidrBlock, s.AvailabilityZone, s.MapPublicIpOnLaunch]);
    expect(subnets).toEqual([
      ['10.0.0.0/24', 'us-east-1a', false],
      ['10.0.1.0/24', 'us-east-1b', false],
      ['10.0.2.0/24', 'us-east-1c', false],
      ['10.0.10.0/24', 'us-east-1a', false],
      ['10.0.11.0/24', 'us-east-1b', false],
      ['10.0.12.0/24', 'us-east-1c', false],
    ]);
  });

  test(`${gateways} NAT gateway(s), each with an address that stays, each private subnet behind one`, () => {
    expect(of('AWS::EC2::NatGateway').map((g) => plain(g.AllocationId))).toEqual(
      ['a', 'b', 'c'].slice(0, gateways).map((zone) => `NatAddress${zone}.AllocationId`),
    );
    const routes = of('AWS::EC2::Route').filter((r) => r.NatGatewayId);
    expect(routes).toHaveLength(3);
    expect(new Set(routes.map((r) => plain(r.NatGatewayId))).size).toBe(gateways);
  });

  test('only public subnets lead straight to the internet', () => {
    const routes = of('AWS::EC2::Route').filter((r) => r.GatewayId);
    expect(routes.map((r) => plain(r.RouteTableId))).toEqual([
      expect.stringContaining('publicSubnet1'),
      expect.stringContaining('publicSubnet2'),
      expect.stringContaining('publicSubnet3'),
    ]);
  });

  test('outputs', () => {
    const { VpcId, PublicSubnetIds, PrivateSubnetIds, NatAddresses } = template.Outputs;
    expect(plain(VpcId!.Value)).toMatch(/^Vpc/);
    expect(JSON.stringify(PublicSubnetIds!.Value).match(/publicSubnet\d/g)).toEqual([
      'publicSubnet1',
      'publicSubnet2',
      'publicSubnet3',
    ]);
    expect(JSON.stringify(PrivateSubnetIds!.Value).match(/privateSubnet\d/g)).toHaveLength(3);
    expect(JSON.stringify(NatAddresses!.Value).match(/NatAddress[abc]/g)).toHaveLength(gateways);
  });
});

import { systems } from '../../stages/systems';
import {
  accounts,
  environmentNames,
  plain,
  resources,
  synthesized,
  theOnly,
  type Template,
  type Values,
} from './support';

const everywhere = systems.flatMap((system) => environmentNames.map((environment) => ({ system, environment })));
const propertiesOf = (template: Template, type: string) => resources(template, type).map(([, r]) => r.Properties);
const name = ({ Tags }: Values) => (Tags as unknown as { Key: string; Value: string }[]).find((t) => t.Key === 'Name');

describe.each(everywhere)('network of $system.name in $environment', ({ system, environment }) => {
  const template = synthesized(system.name).templates[environment]!.network!;
  const of = (type: string) => propertiesOf(template, type);
  const zones = ['a', 'b', 'c'].slice(0, system.name === 'payment-processor' ? 2 : 3);
  const region = system.name === 'payment-processor' ? 'us-east-2' : 'us-east-1';
  const isolated = ['multi-tier', 'payment-platform'].includes(system.name);
  const gateways = environment === 'prod' ? zones.length : 1;

  test('VPC 10.0.0.0/16 with DNS support and hostnames', () => {
    const { Properties } = theOnly(template, 'AWS::EC2::VPC');
    expect(Properties).toMatchObject({ CidrBlock: '10.0.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true });
    expect(name(Properties)!.Value).toBe(`${system.prefix}-vpc-${environment}`);
  });

  test('a /24 subnet of each kind in each zone, none giving public addresses', () => {
    const kinds = { public: 0, private: 10, ...(isolated ? { isolated: 20 } : {}) };
    expect(
      of('AWS::EC2::Subnet').map((s) => [name(s)!.Value, s.CidrBlock, s.AvailabilityZone, s.MapPublicIpOnLaunch]),
    ).toEqual(
      Object.entries(kinds).flatMap(([kind, first]) =>
        zones.map((zone, i) => [
          `${system.prefix}-vpc-${environment}-${kind}-${zone}`,
          `10.0.${first + i}.0/24`,
          `${region}${zone}`,
          false,
        ]),
      ),
    );
  });

  test(`${gateways} NAT gateway(s), each with an address that stays, each private subnet behind one`, () => {
    expect(of('AWS::EC2::NatGateway').map((g) => plain(g.AllocationId))).toEqual(
      zones.slice(0, gateways).map((zone) => `NatAddress${zone}.AllocationId`),
    );
    const routes = of('AWS::EC2::Route').filter((r) => r.NatGatewayId);
    expect(routes.map((r) => plain(r.RouteTableId))).toEqual(
      zones.map((_, i) => expect.stringContaining(`privateSubnet${i + 1}`)),
    );
    expect(new Set(routes.map((r) => plain(r.NatGatewayId))).size).toBe(gateways);
  });

  test('only public subnets lead straight to the internet, and isolated ones lead nowhere', () => {
    const routes = of('AWS::EC2::Route');
    expect(routes.filter((r) => r.GatewayId).map((r) => plain(r.RouteTableId))).toEqual(
      zones.map((_, i) => expect.stringContaining(`publicSubnet${i + 1}`)),
    );
    expect(routes).toHaveLength(2 * zones.length);
  });

  test('flow logs of all traffic, to an encrypted log group of 30 days', () => {
    expect(theOnly(template, 'AWS::EC2::FlowLog').Properties).toMatchObject({
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 'cloud-watch-logs',
      ResourceId: { Ref: resources(template, 'AWS::EC2::VPC')[0]![0] },
      LogGroupName: { Ref: resources(template, 'AWS::Logs::LogGroup')[0]![0] },
      DeliverLogsPermissionArn: { 'Fn::GetAtt': [resources(template, 'AWS::IAM::Role')[0]![0], 'Arn'] },
    });
    expect(theOnly(template, 'AWS::Logs::LogGroup').Properties).toMatchObject({
      LogGroupName: `/aws/vpc/${system.prefix}-${environment}`,
      RetentionInDays: 30,
      KmsKeyId: { 'Fn::GetAtt': [resources(template, 'AWS::KMS::Key')[0]![0], 'Arn'] },
    });
  });

  test('the telemetry key rotates, waits 7 days, and serves log groups and alarms of this account only', () => {
    const { EnableKeyRotation, PendingWindowInDays, KeyPolicy } = theOnly(template, 'AWS::KMS::Key').Properties;
    expect([EnableKeyRotation, PendingWindowInDays]).toEqual([true, 7]);
    const account = accounts[environment];
    const [owner, logs, alarms, ...more] = KeyPolicy!.Statement as unknown as Values[];
    expect(owner!.Principal).toEqual({ AWS: `arn:aws:iam::${account}:root` });
    expect(logs).toMatchObject({
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Condition: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` },
      },
    });
    expect(alarms).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    });
    expect(more).toEqual([]);
    expect(theOnly(template, 'AWS::KMS::Alias').Properties.AliasName).toBe(
      `alias/${system.prefix}-telemetry-${environment}`,
    );
  });

  test('outputs, without those of what the system does not have', () => {
    const ids = (key: string) => JSON.stringify(template.Outputs[key]?.Value ?? '').match(/\w+Subnet\d(?=Subnet)/g);
    expect(ids('PublicSubnetIds')).toEqual(zones.map((_, i) => `VpcpublicSubnet${i + 1}`));
    expect(ids('PrivateSubnetIds')).toEqual(zones.map((_, i) => `VpcprivateSubnet${i + 1}`));
    expect(ids('IsolatedSubnetIds')).toEqual(isolated ? zones.map((_, i) => `VpcisolatedSubnet${i + 1}`) : null);
    expect(JSON.stringify(template.Outputs.NatAddresses!.Value).match(/NatAddress[abc]/g)).toHaveLength(gateways);
    const endpoints = JSON.stringify(template.Outputs.EndpointIds?.Value ?? '').match(/Endpoints/g) ?? [];
    expect(endpoints).toHaveLength({ 'payment-platform': 5, 'payment-processor': 3 }[system.name] ?? 0);
    for (const key of ['VpcId', 'FlowLogGroupName', 'TelemetryKeyArn', 'LoadBalancerSecurityGroupId'])
      expect(plain(template.Outputs[key]!.Value)).not.toBe('');
  });
});

describe.each([
  ['ecs-payments', [], []],
  ['payment-processor', ['ecr.api', 'ecr.dkr'], ['s3']],
  ['multi-tier', [], []],
  ['payment-platform', ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'], ['s3']],
])('endpoints of %s', (system, byInterface, byGateway) => {
  const template = synthesized(system).templates.prod!.network!;
  const endpoints = propertiesOf(template, 'AWS::EC2::VPCEndpoint');
  const region = system === 'payment-processor' ? 'us-east-2' : 'us-east-1';
  const ofType = (type: string) => endpoints.filter((e) => String(e.VpcEndpointType) === type);
  const services = (type: string) => ofType(type).map((e) => String(e.ServiceName));

  test('are those declared, in the private subnets, with private DNS and the group of the endpoints', () => {
    expect(services('Interface')).toEqual(byInterface.map((service) => `com.amazonaws.${region}.${service}`));
    for (const { PrivateDnsEnabled, SubnetIds, SecurityGroupIds } of ofType('Interface')) {
      expect(PrivateDnsEnabled).toBe(true);
      expect(JSON.stringify(SubnetIds).match(/privateSubnet\d/g)).toHaveLength(region === 'us-east-2' ? 2 : 3);
      expect(JSON.stringify(SecurityGroupIds)).toContain('GroupsEndpoints');
    }
  });

  test('by gateway, from the private subnets', () => {
    expect(services('Gateway')).toEqual(byGateway.map((service) => `com.amazonaws.${region}.${service}`));
    for (const { RouteTableIds } of ofType('Gateway'))
      expect(JSON.stringify(RouteTableIds).match(/privateSubnet\dRouteTable/g)).toHaveLength(
        region === 'us-east-2' ? 2 : 3,
      );
  });

  test("let this account's principals through, and links to the layers of images, which ECR signs", () => {
    for (const endpoint of endpoints) {
      const [own, ...more] = endpoint.PolicyDocument!.Statement as unknown as Values[];
      expect(own!.Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': accounts.prod } });
      const layers = more.map((s) => [s.Action, plain(s.Resource)]);
      expect(layers).toEqual(
        String(endpoint.VpcEndpointType) === 'Gateway'
          ? [['s3:GetObject', `arn:AWS::Partition:s3:::prod-${region}-starport-layer-bucket/*`]]
          : [],
      );
    }
  });
});

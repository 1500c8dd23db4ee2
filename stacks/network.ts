import { aws_ec2 as ec2, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NetworkOutputs } from '../declarations/outputs';
import { addressPlan } from './constructs/address-plan';
import { Endpoints } from './constructs/endpoints';
import { FlowLogs } from './constructs/flow-logs';
import { SecurityGroups } from './constructs/security-groups';
import { TelemetryKey } from './constructs/telemetry-key';
import { StageStack, type StageStackProps } from './stage-stack';

/** The VPC, who may reach whom in it, its ways to AWS services, and the record of its traffic. */
export class NetworkStack extends StageStack {
  readonly vpc: ec2.IVpc;
  readonly groups: SecurityGroups;
  /** Encrypts log groups and the alarms' topic. The first stack that needs it makes it. */
  readonly telemetryKey: TelemetryKey;

  constructor(scope: Construct, props: StageStackProps) {
    super(scope, 'network', props);
    const { names, system, settings: environment, dataRemoval: removalPolicy } = this;
    const addresses = this.natAddresses();
    this.vpc = this.subnetsInZones(addresses);
    this.telemetryKey = new TelemetryKey(this, 'TelemetryKey', {
      alias: names.keyAlias('telemetry'),
      description: `Logs and alarms of ${system.name}, ${environment.name}`,
      removalPolicy,
    });
    const { vpc, telemetryKey } = this;
    const flowLogs = new FlowLogs(this, 'FlowLogs', {
      names,
      vpc,
      key: telemetryKey,
      retention: system.logRetention,
      removalPolicy,
    });
    const natAddresses = addresses.map((a) => a.ref);
    this.groups = new SecurityGroups(this, 'Groups', { system, environment, names, vpc, natAddresses });
    const endpoints = new Endpoints(this, 'Endpoints', { system, names, vpc, securityGroup: this.groups.endpoints });

    this.tell<NetworkOutputs>({
      VpcId: vpc.vpcId,
      PublicSubnetIds: idsOf(vpc.publicSubnets),
      PrivateSubnetIds: idsOf(vpc.privateSubnets),
      IsolatedSubnetIds: idsOf(vpc.isolatedSubnets) || undefined,
      NatAddresses: natAddresses.join(','),
      EndpointIds: endpoints.ids.join(',') || undefined,
      FlowLogGroupName: flowLogs.logGroup.logGroupName,
      TelemetryKeyArn: telemetryKey.keyArn,
      LoadBalancerSecurityGroupId: this.groups.loadBalancer.securityGroupId,
    });
  }

  /** An address for each NAT gateway, of its own: it stays when the gateway is replaced. */
  private natAddresses(): ec2.CfnEIP[] {
    const { zones, natGateways } = this.settings;
    return zones.slice(0, natGateways === 'one' ? 1 : zones.length).map((zone) => {
      const address = new ec2.CfnEIP(this, `NatAddress-${zone}`, { domain: 'vpc' });
      Tags.of(address).add('Name', `${this.names.vpc}-nat-${zone}`);
      return address;
    });
  }

  private subnetsInZones(natAddresses: ec2.CfnEIP[]): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      vpcName: this.names.vpc,
      ipAddresses: addressPlan,
      availabilityZones: this.availabilityZones,
      subnetConfiguration: [
        // The load balancer and the NAT gateways bring their own addresses.
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        ...(this.system.database ? [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] : []),
      ],
      natGateways: natAddresses.length,
      natGatewayProvider: ec2.NatProvider.gateway({ eipAllocationIds: natAddresses.map((a) => a.attrAllocationId) }),
      // CloudFormation cannot take the rules out of the group that comes with a VPC; CDK would do it by a custom resource
      // with a Lambda and rights on security groups. Nothing here uses that group: a live check sees to it.
      restrictDefaultSecurityGroup: false,
    });
    const kinds = { public: vpc.publicSubnets, private: vpc.privateSubnets, isolated: vpc.isolatedSubnets };
    for (const [kind, subnets] of Object.entries(kinds)) {
      subnets.forEach((s, i) => Tags.of(s).add('Name', `${this.names.vpc}-${kind}-${this.settings.zones[i]}`));
    }
    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason:
        'Zones are configuration: each subnet has its zone and address range for good, and synthesis looks nothing up',
    });
    return vpc;
  }
}

const idsOf = (subnets: ec2.ISubnet[]) => subnets.map((s) => s.subnetId).join(',');

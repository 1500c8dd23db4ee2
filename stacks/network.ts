import { aws_ec2 as ec2, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NetworkOutputs } from '../declarations/outputs';
import { addressPlan } from './constructs/address-plan';
import { StageStack, type StageStackProps } from './stage-stack';

/** The VPC: a public and a private subnet in each zone, and NAT gateways with addresses that stay. */
export class NetworkStack extends StageStack {
  readonly vpc: ec2.IVpc;
  /** Public IPv4 addresses that the stage's own requests come from. */
  readonly natAddresses: string[];

  constructor(scope: Construct, props: StageStackProps) {
    super(scope, 'network', props);
    const { zones, natGateways } = props.environment;
    const addresses = zones.slice(0, natGateways === 'one' ? 1 : zones.length).map((zone) => {
      const address = new ec2.CfnEIP(this, `NatAddress-${zone}`, { domain: 'vpc' });
      Tags.of(address).add('Name', `${this.names.vpc}-nat-${zone}`);
      return address;
    });
    const vpc = new ec2.Vpc(this, 'Vpc', {
      vpcName: this.names.vpc,
      ipAddresses: addressPlan,
      availabilityZones: this.availabilityZones,
      subnetConfiguration: [
        // The load balancer and the NAT gateways bring their own addresses.
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      natGateways: addresses.length,
      natGatewayProvider: ec2.NatProvider.gateway({ eipAllocationIds: addresses.map((a) => a.attrAllocationId) }),
      // CDK would empty the default group by a custom resource with a Lambda; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    for (const [kind, subnets] of Object.entries({ public: vpc.publicSubnets, private: vpc.privateSubnets })) {
      subnets.forEach((subnet, i) => Tags.of(subnet).add('Name', `${this.names.vpc}-${kind}-${zones[i]}`));
    }

    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason:
        'Zones are configuration: each subnet has its zone and address range for good, and synthesis looks nothing up',
    });

    this.vpc = vpc;
    this.natAddresses = addresses.map((a) => a.ref);
    this.tell<NetworkOutputs>({
      VpcId: vpc.vpcId,
      PublicSubnetIds: vpc.publicSubnets.map((s) => s.subnetId).join(','),
      PrivateSubnetIds: vpc.privateSubnets.map((s) => s.subnetId).join(','),
      NatAddresses: this.natAddresses.join(','),
    });
  }
}

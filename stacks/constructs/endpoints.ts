import { Aws, aws_ec2 as ec2, aws_iam as iam, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { System } from '../../declarations/system';

export interface EndpointsProps {
  readonly system: Pick<System, 'interfaceEndpoints' | 'gatewayEndpoints'>;
  readonly names: Names;
  readonly vpc: ec2.IVpc;
  /** Of the interface endpoints; absent where there are none. */
  readonly securityGroup?: ec2.ISecurityGroup;
}

/** Ways from the private subnets to AWS services that do not lead through NAT. */
export class Endpoints extends Construct {
  /** Ids of all endpoints, in the order of their declaration: interface endpoints first. */
  readonly ids: string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EndpointsProps,
  ) {
    super(scope, id);
    const { system, vpc, securityGroup } = props;
    this.ids = [
      ...system.interfaceEndpoints.map((service) =>
        this.endpoint(service, [this.ownPrincipals()], {
          vpcEndpointType: 'Interface',
          privateDnsEnabled: true,
          subnetIds: vpc.privateSubnets.map((s) => s.subnetId),
          securityGroupIds: [securityGroup!.securityGroupId],
        }),
      ),
      ...system.gatewayEndpoints.map((service) =>
        this.endpoint(service, [this.ownPrincipals(), this.imageLayers()], {
          vpcEndpointType: 'Gateway',
          routeTableIds: vpc.privateSubnets.map((s) => s.routeTable.routeTableId),
        }),
      ),
    ];
  }

  private endpoint(
    service: string,
    statements: iam.PolicyStatement[],
    kind: Partial<ec2.CfnVPCEndpointProps> & { vpcEndpointType: string },
  ): string {
    const { names, vpc } = this.props;
    const endpoint = new ec2.CfnVPCEndpoint(this, service, {
      serviceName: `com.amazonaws.${Stack.of(this).region}.${service}`,
      vpcId: vpc.vpcId,
      policyDocument: new iam.PolicyDocument({ statements }),
      ...kind,
    });
    Tags.of(endpoint).add('Name', `${names.endpoints}-${service}`);
    return endpoint.ref;
  }

  /**
   * Whoever got into a task cannot carry data out with an account of their own: only this account's principals pass.
   * Which of them may do what, their roles say. The tooling account's repositories are read by this account's roles.
   * Source: AWS, "Control access to VPC endpoints using endpoint policies".
   */
  private ownPrincipals(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.StarPrincipal()],
      actions: ['*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
    });
  }

  /**
   * ECR hands out links to an image's layers that it signs itself, as another account's principal.
   * Source: AWS, "Amazon ECR interface VPC endpoints", minimum Amazon S3 bucket permissions.
   */
  private imageLayers(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.StarPrincipal()],
      actions: ['s3:GetObject'],
      resources: [`arn:${Aws.PARTITION}:s3:::prod-${Stack.of(this).region}-starport-layer-bucket/*`],
    });
  }
}

import { type aws_ec2 as ec2, aws_elasticloadbalancingv2 as elb, type aws_s3 as s3, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { productionPort, testPort } from '../../declarations/outputs';
import { tlsPolicy } from '../../declarations/traffic';

export interface LoadBalancerProps {
  readonly name: string;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly certificateArn: string;
  readonly accessLogs: s3.Bucket;
}

/**
 * Public load balancer with an HTTPS listener for production and one for tests of a held green. Services add their rules;
 * what no rule takes is answered 404.
 */
export class LoadBalancer extends Construct {
  readonly resource: elb.CfnLoadBalancer;
  readonly production: elb.CfnListener;
  readonly test: elb.CfnListener;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LoadBalancerProps,
  ) {
    super(scope, id);
    const { name, vpc, securityGroup, accessLogs } = props;
    this.resource = new elb.CfnLoadBalancer(this, 'Resource', {
      name,
      type: 'application',
      scheme: 'internet-facing',
      ipAddressType: 'ipv4',
      securityGroups: [securityGroup.securityGroupId],
      subnets: vpc.publicSubnets.map((s) => s.subnetId),
      loadBalancerAttributes: Object.entries({
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': accessLogs.bucketName,
        'routing.http.drop_invalid_header_fields.enabled': 'true',
      }).map(([key, value]) => ({ key, value })),
    });
    Tags.of(this.resource).add('Name', name);
    // Turning access logs on fails unless the bucket admits them already.
    this.resource.node.addDependency(accessLogs.policy!);
    this.production = this.listener('Production', productionPort);
    this.test = this.listener('Test', testPort);
  }

  private listener(id: string, port: number): elb.CfnListener {
    return new elb.CfnListener(this, id, {
      loadBalancerArn: this.resource.ref,
      port,
      protocol: 'HTTPS',
      certificates: [{ certificateArn: this.props.certificateArn }],
      sslPolicy: tlsPolicy,
      defaultActions: [
        {
          type: 'fixed-response',
          fixedResponseConfig: {
            statusCode: '404',
            contentType: 'application/json',
            messageBody: '{"error":"not found"}',
          },
        },
      ],
    });
  }
}

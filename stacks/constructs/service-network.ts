import { aws_ec2 as ec2, aws_servicediscovery as servicediscovery, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import type { LoadBalancer } from './load-balancer';

export interface ServiceNetworkProps {
  readonly service: Service;
  readonly names: Names;
  readonly vpc: ec2.IVpc;
  /** Id of the Cloud Map namespace. */
  readonly namespaceId: string;
  /** Present where the service is behind it. */
  readonly loadBalancer?: LoadBalancer;
  readonly calls: { readonly service: Service; readonly securityGroup: ec2.ISecurityGroup }[];
}

/** Who may reach a service and what it may reach, port by port, and the name that callers find it by. */
export class ServiceNetwork extends Construct {
  readonly securityGroup: ec2.SecurityGroup;
  readonly discovery: servicediscovery.CfnService;

  constructor(
    scope: Construct,
    id: string,
    { service, names, vpc, namespaceId, loadBalancer, calls }: ServiceNetworkProps,
  ) {
    super(scope, id);
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `${names.service(service)}: its own port inwards, declared ports outwards`,
      allowAllOutbound: false,
    });
    Tags.of(this.securityGroup).add('Name', names.service(service));
    this.securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Images, logs and AWS APIs');
    if (loadBalancer) this.allow('LoadBalancer', loadBalancer.securityGroup, this.securityGroup, service.port);
    for (const called of calls) {
      this.allow(called.service.name, this.securityGroup, called.securityGroup, called.service.port);
    }
    this.discovery = new servicediscovery.CfnService(this, 'Discovery', {
      name: service.name,
      dnsConfig: { namespaceId, routingPolicy: 'MULTIVALUE', dnsRecords: [{ type: 'A', ttl: 10 }] },
      healthCheckCustomConfig: { failureThreshold: 1 },
    });
  }

  /** Both ends of a connection. The other end's group may be another stack's; its rule is made here, where both are known. */
  private allow(id: string, from: ec2.ISecurityGroup, to: ec2.ISecurityGroup, port: number): void {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new ec2.CfnSecurityGroupEgress(this, `${id}Egress`, {
      ...rule,
      groupId: from.securityGroupId,
      destinationSecurityGroupId: to.securityGroupId,
    });
    new ec2.CfnSecurityGroupIngress(this, `${id}Ingress`, {
      ...rule,
      groupId: to.securityGroupId,
      sourceSecurityGroupId: from.securityGroupId,
    });
  }
}

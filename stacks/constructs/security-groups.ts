import { aws_ec2 as ec2, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { usesDatabase } from '../../declarations/effective';
import type { Environment } from '../../declarations/environment';
import type { Names } from '../../declarations/names';
import { databasePort, productionPort, testPort } from '../../declarations/outputs';
import type { System } from '../../declarations/system';

export interface SecurityGroupsProps {
  readonly system: System;
  readonly environment: Environment;
  readonly names: Names;
  readonly vpc: ec2.IVpc;
  /** Public IPv4 addresses of the NAT gateways: what the stage's own requests come from. */
  readonly natAddresses: string[];
}

/** Who may reach whom in a stage, port by port. Every group is here, so that services may call each other both ways. */
export class SecurityGroups extends Construct {
  readonly loadBalancer: ec2.ISecurityGroup;
  /** Of the database; where the system has one. */
  readonly database?: ec2.ISecurityGroup;
  /** Of the interface endpoints; where the system has some. */
  readonly endpoints?: ec2.ISecurityGroup;
  readonly probe: ec2.ISecurityGroup;
  private readonly services = new Map<string, ec2.ISecurityGroup>();
  /** Carried by all services' tasks, where the system's services reach one another. */
  private readonly members?: ec2.ISecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SecurityGroupsProps,
  ) {
    super(scope, id);
    const { system, names } = props;
    this.loadBalancer = this.entrance();
    this.probe = this.outwards('Probe', names.probe, 'requests to the load balancer', {
      // The load balancer's public addresses change; nothing narrower can be named.
      [productionPort]: 'The load balancer, and endpoints of AWS services',
      [testPort]: 'The test listener of the load balancer',
    });
    for (const service of system.services) {
      const group = this.outwards(
        service.name,
        names.service(service),
        'its own port inwards, declared ones outwards',
        {
          [httpsPort]:
            'Images of another region, the public name of the load balancer, and AWS services without an endpoint',
        },
      );
      this.services.set(service.name, group);
      if (service.release === 'BLUE_GREEN') this.allow('LoadBalancer', this.loadBalancer, group, service.port);
    }
    this.members = system.reachOneAnother ? this.circle() : undefined;
    if (!this.members) this.allowCalls();
    this.database = system.database ? this.ofDatabase() : undefined;
    this.endpoints = system.interfaceEndpoints.length ? this.ofEndpoints() : undefined;
  }

  /** The group of a service's own. */
  service(name: string): ec2.ISecurityGroup {
    return this.services.get(name)!;
  }

  /** Ids of the groups that a service's tasks carry. */
  ofTasks(name: string): string[] {
    return [this.service(name), ...(this.members ? [this.members] : [])].map((group) => group.securityGroupId);
  }

  private entrance(): ec2.ISecurityGroup {
    const { names, natAddresses, environment } = this.props;
    const group = this.group('LoadBalancer', names.loadBalancer, 'HTTPS from anywhere, tests from named addresses');
    group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(productionPort), 'HTTPS from anywhere');
    for (const address of natAddresses) {
      group.addIngressRule(ec2.Peer.ipv4(`${address}/32`), ec2.Port.tcp(testPort), 'Tests through NAT');
    }
    for (const range of environment.testers) {
      group.addIngressRule(ec2.Peer.ipv4(range), ec2.Port.tcp(testPort), 'Tests from an address of the configuration');
    }
    return group;
  }

  /** One group for all services: its members reach one another on each service's port. */
  private circle(): ec2.ISecurityGroup {
    const { system, names } = this.props;
    const group = this.group('Services', names.servicesGroup, 'members reach one another on their ports');
    for (const { name, port } of system.services) this.allow(`Member-${name}`, group, group, port);
    return group;
  }

  /** BLUE_GREEN services are called through the load balancer: its port is open to all. */
  private allowCalls(): void {
    const { services } = this.props.system;
    for (const caller of services) {
      for (const called of services.filter((s) => s.release === 'ROLLING' && caller.calls.includes(s.name))) {
        this.allow(caller.name, this.service(caller.name), this.service(called.name), called.port);
      }
    }
  }

  private ofDatabase(): ec2.ISecurityGroup {
    const { system, names } = this.props;
    const group = this.group('Database', names.database, 'PostgreSQL from the services that use it');
    for (const service of system.services.filter(usesDatabase)) {
      this.allow(service.name, this.service(service.name), group, databasePort);
    }
    return group;
  }

  private ofEndpoints(): ec2.ISecurityGroup {
    const { system, names } = this.props;
    const group = this.group('Endpoints', names.endpoints, 'HTTPS from tasks and the probe');
    for (const { name } of system.services) this.allow(name, this.service(name), group, httpsPort);
    // The live checks see by it that endpoints connect.
    this.allow('Probe', this.probe, group, httpsPort);
    return group;
  }

  private outwards(id: string, name: string, description: string, ports: Record<number, string>): ec2.SecurityGroup {
    const group = this.group(id, name, description);
    for (const [port, reason] of Object.entries(ports)) {
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(Number(port)), reason);
    }
    return group;
  }

  private group(id: string, name: string, purpose: string): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, id, {
      vpc: this.props.vpc,
      description: `${name}: ${purpose}`,
      // Without a rule outwards CDK adds one that nothing can match: EC2 would allow everything.
      allowAllOutbound: false,
    });
    Tags.of(group).add('Name', name);
    return group;
  }

  /** Both ends of a connection. */
  private allow(from: string, source: ec2.ISecurityGroup, target: ec2.ISecurityGroup, port: number): void {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new ec2.CfnSecurityGroupEgress(this, `${target.node.id}From${from}Egress`, {
      ...rule,
      groupId: source.securityGroupId,
      destinationSecurityGroupId: target.securityGroupId,
      description: `To ${target.node.id}`,
    });
    new ec2.CfnSecurityGroupIngress(this, `${target.node.id}From${from}Ingress`, {
      ...rule,
      groupId: target.securityGroupId,
      sourceSecurityGroupId: source.securityGroupId,
      description: `From ${source.node.id}`,
    });
  }
}

const httpsPort = 443;

import { systems } from '../../../stages/systems';
import { environmentNames } from '../../stacks/support';
import { allResources, type Deployed, where } from '../deployed';
import { at } from './at';

/** Who reaches what from outside. */
export function exposure(deployed: Deployed[]): void {
  const resources = allResources(deployed);
  const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
  interface Ingress {
    IpProtocol: string;
    FromPort: number;
    ToPort: number;
    CidrIp?: unknown;
    CidrIpv6?: unknown;
  }
  const ingress = [
    ...ofType('AWS::EC2::SecurityGroup').flatMap(({ at, resource }) =>
      ((resource.Properties.SecurityGroupIngress ?? []) as unknown as Ingress[]).map((rule) => ({ at, rule })),
    ),
    ...ofType('AWS::EC2::SecurityGroupIngress').map(({ at, resource }) => ({
      at,
      rule: resource.Properties as unknown as Ingress,
    })),
  ];
  const egress = [
    ...ofType('AWS::EC2::SecurityGroup').flatMap(({ at, resource }) =>
      ((resource.Properties.SecurityGroupEgress ?? []) as unknown as Ingress[]).map((rule) => ({ at, rule })),
    ),
    ...ofType('AWS::EC2::SecurityGroupEgress').map(({ at, resource }) => ({
      at,
      rule: resource.Properties as unknown as Ingress,
    })),
  ];
  const isLoadBalancer = (name: string) => /\/GroupsLoadBalancer\w{8}$/.test(name);

  test('the world reaches 443 on the load balancer, and nothing else', () => {
    const open = ingress.filter(({ rule }) => rule.CidrIp === '0.0.0.0/0');
    expect(open).toHaveLength(systems.length * environmentNames.length);
    for (const { at: name, rule } of open) {
      expect(isLoadBalancer(name)).toBe(true);
      expect(rule).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    }
    expect([...ingress, ...egress].filter(({ rule }) => rule.CidrIpv6)).toEqual([]);
    expect(deployed.filter(({ text }) => text.includes('::/0')).map(where)).toEqual([]);
  });

  test('the load balancer is reached on 443 and on the port of the test listener, and on no port that the rules forbid', () => {
    const rules = ingress.filter(({ at: name }) => isLoadBalancer(name));
    expect(rules.length).toBeGreaterThan(systems.length * environmentNames.length);
    const ports = new Set(rules.flatMap(({ rule }) => [rule.FromPort, rule.ToPort]));
    const listeners = new Set(
      ofType('AWS::ElasticLoadBalancingV2::Listener').map(({ resource }) => Number(resource.Properties.Port)),
    );
    expect(ports).toEqual(listeners);
    expect(ports.size).toBe(2);
    for (const { rule } of rules) {
      expect(rule.IpProtocol).toBe('tcp');
      expect(rule.FromPort).toBe(rule.ToPort);
    }
    // What EC2RestrictedSSH and EC2RestrictedCommonPorts forbid.
    for (const forbidden of [20, 21, 22, 3389, 3306, 4333]) expect(ports).not.toContain(forbidden);
  });

  test('every rule of a group is of TCP and of one port', () => {
    // CDK's way to say that a group has no way out.
    const nothing = ({ rule }: { rule: Ingress }) => rule.CidrIp === '255.255.255.255/32';
    for (const { rule } of [...ingress, ...egress.filter((one) => !nothing(one))]) {
      expect(rule.IpProtocol).toBe('tcp');
      expect(rule.FromPort).toBe(rule.ToPort);
    }
  });

  test('nothing uses the security group that comes with a VPC', () => {
    expect(deployed.filter(({ text }) => text.includes('DefaultSecurityGroup')).map(where)).toEqual([]);
    const groups = [
      ...ofType('AWS::ECS::Service').map(
        ({ resource }) => resource.Properties.NetworkConfiguration!.AwsvpcConfiguration!.SecurityGroups,
      ),
      ...ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').map(({ resource }) => resource.Properties.SecurityGroups),
      ...ofType('AWS::Lambda::Function').map(({ resource }) => resource.Properties.VpcConfig!.SecurityGroupIds),
      ...ofType('AWS::RDS::DBCluster').map(({ resource }) => resource.Properties.VpcSecurityGroupIds),
      ...ofType('AWS::EC2::VPCEndpoint')
        .filter(({ resource }) => String(resource.Properties.VpcEndpointType) === 'Interface')
        .map(({ resource }) => resource.Properties.SecurityGroupIds),
    ];
    for (const group of groups) expect((group as unknown as unknown[]).length).toBeGreaterThan(0);
  });

  test('listeners speak HTTPS only, with TLS 1.2 or newer', () => {
    for (const { resource } of ofType('AWS::ElasticLoadBalancingV2::Listener')) {
      expect(resource.Properties.Protocol).toBe('HTTPS');
      expect(resource.Properties.SslPolicy).toMatch(/^ELBSecurityPolicy-TLS13-1-[23]-/);
    }
  });

  test('nothing has a public address but what faces the internet', () => {
    for (const { resource } of ofType('AWS::ECS::Service')) {
      expect(resource.Properties.NetworkConfiguration!.AwsvpcConfiguration!.AssignPublicIp).toBe('DISABLED');
    }
    for (const { resource } of ofType('AWS::RDS::DBInstance'))
      expect(resource.Properties.PubliclyAccessible).toBe(false);
    for (const { resource } of ofType('AWS::EC2::Subnet')) {
      expect(resource.Properties.MapPublicIpOnLaunch ?? false).toBe(false);
    }
    expect(at(resources.filter(({ resource }) => resource.Type === 'AWS::Lambda::Url'))).toEqual([]);
  });
}

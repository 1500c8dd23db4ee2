import { environmentNames, plain, type Resource, resources, synthesize, type Template, type Values } from './support';

const { templates } = synthesize();

interface Rule {
  readonly direction: 'in' | 'out';
  readonly of: string;
  readonly peer: string;
  readonly ports: string;
}

describe.each(environmentNames)('security groups of %s', (environment) => {
  const stacks = templates[environment]!;
  const rules = Object.values(stacks).flatMap(rulesOf);

  test('the internet reaches the load balancer on 443, and nothing else', () => {
    expect(rules.filter((r) => r.direction === 'in' && r.peer === '0.0.0.0/0')).toEqual([
      { direction: 'in', of: 'LoadBalancer', peer: '0.0.0.0/0', ports: '443' },
    ]);
  });

  test("the test listener is reached from this stage's NAT addresses only, each by itself", () => {
    const testers = rules.filter((r) => r.direction === 'in' && r.ports === '9443');
    const zones = environment === 'prod' ? ['a', 'b', 'c'] : ['a'];
    expect(testers.map((r) => r.peer)).toEqual(
      zones.map((zone) => expect.stringMatching(new RegExp(`NatAddress${zone}.*/32$`))),
    );
  });

  test('every other rule, single ports all', () => {
    const others = rules.filter((r) => r.ports !== '9443' && !(r.direction === 'in' && r.peer === '0.0.0.0/0'));
    expect(others.map((r) => [r.direction, r.of, r.peer, r.ports].join(' ')).sort()).toEqual(
      [
        // The load balancer reaches services on their own ports, and has no other way out.
        'out LoadBalancer nothing none',
        'out LoadBalancer payment-api 8080',
        'in payment-api LoadBalancer 8080',
        // Declared calls.
        'out payment-api fraud-detection 8081',
        'in fraud-detection payment-api 8081',
        // Images, logs and AWS APIs.
        'out payment-api 0.0.0.0/0 443',
        'out fraud-detection 0.0.0.0/0 443',
        // The probe asks the load balancer.
        'out Probe 0.0.0.0/0 443',
      ].sort(),
    );
    expect(rules.filter((r) => r.of === 'Probe').map((r) => `${r.direction} ${r.ports}`)).toEqual([
      'out 443',
      'out 9443',
    ]);
  });
});

/** Every rule of a template, whether part of a group or a resource of its own. */
function rulesOf(template: Template): Rule[] {
  const inline = resources(template, 'AWS::EC2::SecurityGroup').flatMap(([id, { Properties }]) => [
    ...list(Properties.SecurityGroupIngress).map((rule) => ({
      direction: 'in' as const,
      of: owner(id, template),
      ...peerAndPorts(rule),
    })),
    ...list(Properties.SecurityGroupEgress).map((rule) => ({
      direction: 'out' as const,
      of: owner(id, template),
      ...peerAndPorts(rule),
    })),
  ]);
  const alone = (type: string, direction: 'in' | 'out') =>
    resources(template, type).map(([, { Properties }]: [string, Resource]) => ({
      direction,
      of: owner(JSON.stringify(Properties.GroupId), template),
      ...peerAndPorts(Properties, template),
    }));
  return [
    ...inline,
    ...alone('AWS::EC2::SecurityGroupIngress', 'in'),
    ...alone('AWS::EC2::SecurityGroupEgress', 'out'),
  ];
}

function list(value: unknown): Values[] {
  return (value ?? []) as Values[];
}

function peerAndPorts(rule: Values, template?: Template): Pick<Rule, 'peer' | 'ports'> {
  const ports =
    rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${String(rule.FromPort)}-${String(rule.ToPort)}`;
  if (!rule.CidrIp)
    return {
      peer: owner(JSON.stringify(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId), template!),
      ports,
    };
  const cidr = plain(rule.CidrIp);
  // CDK's way to say that a group has no way out: without any rule, AWS adds one that allows everything.
  return cidr === '255.255.255.255/32' ? { peer: 'nothing', ports: 'none' } : { peer: cidr, ports };
}

/** Whose group it is: named by its stack's export, its logical id, or its stack. */
function owner(group: string, template: Template): string {
  for (const name of ['LoadBalancer', 'Probe', 'payment-fraud-detection'])
    if (group.includes(name)) return name.replace('payment-', '');
  return String(
    template.Outputs.RepositoryUri
      ? JSON.stringify(template.Outputs.RepositoryUri.Value).match(/\/([\w-]+)"/)![1]
      : 'unknown',
  );
}

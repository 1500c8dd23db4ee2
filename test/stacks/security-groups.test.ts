import { declareSystem } from '../../declarations/system';
import { systems } from '../../stages/systems';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import {
  environmentNames,
  environments,
  plain,
  resources,
  synthesize,
  synthesized,
  theOnly,
  type Template,
  type Values,
} from './support';

interface Rule {
  readonly direction: 'in' | 'out';
  /** Whose group it is: the group's own id. */
  readonly of: string;
  readonly peer: string;
  readonly ports: string;
}
const told = ({ direction, of, peer, ports }: Rule) => [direction, of, peer, ports].join(' ');
/** Both ends of a connection. */
const connection = (from: string, to: string, port: number) => [
  `out ${from} ${to} ${port}`,
  `in ${to} ${from} ${port}`,
];
const outwards = (group: string) => `out ${group} 0.0.0.0/0 443`;
/** What every system's entrance has. */
const entrance = [
  'in LoadBalancer 0.0.0.0/0 443',
  'out LoadBalancer nothing none',
  'out Probe 0.0.0.0/0 443',
  'out Probe 0.0.0.0/0 9443',
];
const services = {
  'payment-platform': ['paymentapi', 'frauddetection', 'transactionprocessor', 'notificationservice'],
  'ecs-payments': ['paymentapi', 'frauddetection', 'notificationservice'],
  'payment-processor': ['paymentprocessor'],
  'multi-tier': ['paymentapi', 'transactionprocessor', 'notificationservice'],
};

/** Every rule but those of the test listener, which differ from environment to environment. */
const expected: Record<string, string[]> = {
  'ecs-payments': [
    ...connection('LoadBalancer', 'paymentapi', 8080),
    // Members of the same group, on the services' ports.
    ...[8080, 8081, 8082].flatMap((port) => connection('Services', 'Services', port)),
    'out Services nothing none',
  ],
  'payment-processor': [
    ...connection('LoadBalancer', 'paymentprocessor', 8080),
    ...['paymentprocessor', 'Probe'].flatMap((group) => connection(group, 'Endpoints', 443)),
    'out Endpoints nothing none',
  ],
  'multi-tier': [
    ...connection('LoadBalancer', 'paymentapi', 8080),
    ...connection('LoadBalancer', 'transactionprocessor', 8081),
    ...connection('LoadBalancer', 'notificationservice', 8082),
    ...services['multi-tier'].flatMap((group) => connection(group, 'Database', 5432)),
    'out Database nothing none',
  ],
  'payment-platform': [
    ...connection('LoadBalancer', 'paymentapi', 8080),
    ...connection('LoadBalancer', 'transactionprocessor', 8083),
    ...connection('LoadBalancer', 'notificationservice', 8082),
    // Declared calls.
    ...connection('paymentapi', 'frauddetection', 8081),
    ...connection('transactionprocessor', 'frauddetection', 8081),
    // fraud-detection has no use for the database.
    ...['paymentapi', 'transactionprocessor', 'notificationservice'].flatMap((g) => connection(g, 'Database', 5432)),
    ...[...services['payment-platform'], 'Probe'].flatMap((group) => connection(group, 'Endpoints', 443)),
    'out Database nothing none',
    'out Endpoints nothing none',
  ],
};

describe.each(systems.flatMap(({ name: system }) => environmentNames.map((environment) => ({ system, environment }))))(
  'security groups of $system in $environment',
  ({ system, environment }) => {
    const stacks = synthesized(system).templates[environment]!;
    const rules = rulesOf(stacks.network!);

    test('the internet reaches the load balancer on 443, and nothing else', () => {
      expect(rules.filter((r) => r.direction === 'in' && r.peer === '0.0.0.0/0').map(told)).toEqual([
        'in LoadBalancer 0.0.0.0/0 443',
      ]);
    });

    test("the test listener is reached from this stage's NAT addresses only, each by itself", () => {
      const testers = rules.filter((r) => r.direction === 'in' && r.ports === '9443');
      const zones = ['a', 'b', 'c'].slice(0, environment !== 'prod' ? 1 : system === 'payment-processor' ? 2 : 3);
      expect(testers.map((r) => [r.of, r.peer])).toEqual(
        zones.map((zone) => ['LoadBalancer', expect.stringMatching(new RegExp(`NatAddress${zone}.*/32$`))]),
      );
    });

    test('every other rule, single ports all', () => {
      const others = rules.filter((r) => !(r.direction === 'in' && r.ports === '9443'));
      const all = [...entrance, ...expected[system]!, ...services[system as keyof typeof services].map(outwards)];
      expect(others.map(told).sort()).toEqual(all.sort());
    });

    test('are in one stack, and every rule says why', () => {
      for (const [kind, template] of Object.entries(stacks).filter(([k]) => k !== 'network')) {
        const found = Object.values(template.Resources).filter((r) => r.Type.startsWith('AWS::EC2::SecurityGroup'));
        expect([kind, found]).toEqual([kind, []]);
      }
      // Characters that EC2 allows in a description. Source: AWS, "AWS::EC2::SecurityGroup Ingress", Description.
      for (const text of descriptions(stacks.network!))
        expect(text).toMatch(/^[a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]{1,255}$/);
    });
  },
);

const [dev] = environments;

test('tasks carry the group that lets members in, where services reach one another', () => {
  const groupsOf = (system: string, service: string) => {
    const { Properties } = theOnly(synthesized(system).templates.dev![service]!, 'AWS::ECS::Service');
    const { SecurityGroups } = Properties.NetworkConfiguration!.AwsvpcConfiguration!;
    return (SecurityGroups as unknown as object[]).map((group) => owner(JSON.stringify(group)));
  };
  expect(groupsOf('ecs-payments', 'fraud-detection')).toEqual(['frauddetection', 'Services']);
  expect(groupsOf('payment-platform', 'fraud-detection')).toEqual(['frauddetection']);
});

test('addresses that the environment names may use the test listener', () => {
  const { templates } = synthesize({ into: [{ ...dev!, testers: ['192.0.2.10/32', '198.51.100.0/24'] }] });
  const testers = rulesOf(templates.dev!.network!).filter((r) => r.direction === 'in' && r.ports === '9443');
  expect(testers.map((r) => r.peer).slice(1)).toEqual(['192.0.2.10/32', '198.51.100.0/24']);
});

test('services may call each other both ways; one that CodeDeploy releases is called through the load balancer', () => {
  const [api, fraud] = paymentPlatform.services;
  const system = declareSystem({
    ...paymentPlatform,
    services: [
      api!,
      { ...fraud!, calls: ['payment-api', 'ledger'] },
      { ...fraud!, name: 'ledger', port: 8090, calls: ['fraud-detection'] },
    ],
  });
  const into = [
    {
      ...dev!,
      certificate: { arn: 'arn:aws:acm:us-east-1:999999999991:certificate/one', domainName: 'pay.example.com' },
    },
  ];
  const rules = rulesOf(synthesize({ system, into }).templates.dev!.network!).map(told);
  expect(rules).toEqual(
    expect.arrayContaining([
      ...connection('frauddetection', 'ledger', 8090),
      ...connection('ledger', 'frauddetection', 8081),
    ]),
  );
  expect(rules.filter((rule) => rule.startsWith('in paymentapi'))).toEqual(['in paymentapi LoadBalancer 8080']);
});

/** Every rule of a template, whether part of a group or a resource of its own. */
function rulesOf(template: Template): Rule[] {
  const inline = resources(template, 'AWS::EC2::SecurityGroup').flatMap(([id, { Properties }]) => [
    ...listed(Properties.SecurityGroupIngress).map((rule) => ({
      direction: 'in' as const,
      of: owner(id),
      ...peerAndPorts(rule),
    })),
    ...listed(Properties.SecurityGroupEgress).map((rule) => ({
      direction: 'out' as const,
      of: owner(id),
      ...peerAndPorts(rule),
    })),
  ]);
  const alone = (type: string, direction: 'in' | 'out') =>
    resources(template, type).map(([, { Properties }]) => ({
      direction,
      of: owner(JSON.stringify(Properties.GroupId)),
      ...peerAndPorts(Properties),
    }));
  return [
    ...inline,
    ...alone('AWS::EC2::SecurityGroupIngress', 'in'),
    ...alone('AWS::EC2::SecurityGroupEgress', 'out'),
  ];
}

function descriptions(template: Template): string[] {
  const of = (type: string) => resources(template, type).map(([, { Properties }]) => Properties);
  const groups = of('AWS::EC2::SecurityGroup');
  return [
    ...groups.map((g) => g.GroupDescription),
    ...[
      ...groups.flatMap((g) => [...listed(g.SecurityGroupIngress), ...listed(g.SecurityGroupEgress)]),
      ...of('AWS::EC2::SecurityGroupIngress'),
      ...of('AWS::EC2::SecurityGroupEgress'),
    ].map((rule) => rule.Description),
  ].map(String);
}

function listed(value: unknown): Values[] {
  return (value ?? []) as Values[];
}

function peerAndPorts(rule: Values): Pick<Rule, 'peer' | 'ports'> {
  const ports =
    rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${String(rule.FromPort)}-${String(rule.ToPort)}`;
  const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  if (group) return { peer: owner(JSON.stringify(group)), ports };
  const cidr = plain(rule.CidrIp);
  // CDK's way to say that a group has no way out: without any rule, AWS adds one that allows everything.
  return cidr === '255.255.255.255/32' ? { peer: 'nothing', ports: 'none' } : { peer: cidr, ports };
}

/** Logical ids are of the construct's own id and eight hexadecimal digits. */
function owner(group: string): string {
  return group.match(/Groups([A-Za-z]+?)[0-9A-F]{8}/)![1]!;
}

import { required } from '../../stacks/required';
import type { Json, Proof, SystemName, Topic } from '../row';

/** Both ends of a connection. */
const both = (connection: string): string[] => [`${connection}, inwards`, `${connection}, outwards`];
/** All rules of a kind, and no other. */
const rules = (requirement: string, kind: string, all: Proof['all'], systems?: SystemName[]): Proof => ({
  requirement,
  systems,
  stack: 'all',
  type: 'View::Rule',
  where: { Kind: kind },
  property: 'Text',
  all,
});
const only = (system: SystemName): SystemName[] => [system];

/** Groups of the services, as their logical ids have them, and the ports. */
const fromTheLoadBalancer: Record<SystemName, Json> = {
  'ecs-payments': both('LoadBalancer → paymentapi tcp 8080'),
  'payment-processor': both('LoadBalancer → paymentprocessor tcp 8080'),
  'multi-tier': [
    ...both('LoadBalancer → paymentapi tcp 8080'),
    ...both('LoadBalancer → transactionprocessor tcp 8081'),
    ...both('LoadBalancer → notificationservice tcp 8082'),
  ],
  'payment-platform': [
    ...both('LoadBalancer → paymentapi tcp 8080'),
    ...both('LoadBalancer → transactionprocessor tcp 8083'),
    ...both('LoadBalancer → notificationservice tcp 8082'),
  ],
};
const betweenServices: Record<SystemName, Json> = {
  'ecs-payments': [8080, 8081, 8082].flatMap((port) => both(`Services → Services tcp ${port}`)),
  'payment-processor': [],
  'multi-tier': [],
  'payment-platform': [
    ...both('paymentapi → frauddetection tcp 8081'),
    ...both('transactionprocessor → frauddetection tcp 8081'),
  ],
};

export const securityGroups: Topic = {
  topic: 'Security groups',
  rows: [
    { requirement: 'single ports only', stack: 'all', type: 'View::Rule', property: 'SinglePort', each: true },
    rules('internet → ALB 443; no other 0.0.0.0/0 ingress', 'from anywhere', [
      '0.0.0.0/0 → LoadBalancer tcp 443, inwards',
    ]),
    rules(
      'ALB → the service’s own port, and nothing else outwards',
      'from the load balancer',
      ({ system }) => fromTheLoadBalancer[system],
    ),
    rules(
      'service → service on the ports that the system declares',
      'between services',
      ({ system }) => betweenServices[system],
    ),
    rules(
      'tasks → database 5432',
      'to the database',
      ['paymentapi', 'transactionprocessor', 'notificationservice'].flatMap((s) => both(`${s} → Database tcp 5432`)),
      ['multi-tier', 'payment-platform'],
    ),
    rules('no database, no rule for one', 'to the database', [], ['ecs-payments', 'payment-processor']),
    rules(
      'tasks → endpoints 443',
      'to endpoints',
      ['paymentprocessor', 'Probe'].flatMap((s) => both(`${s} → Endpoints tcp 443`)),
      only('payment-processor'),
    ),
    rules(
      'tasks → endpoints 443',
      'to endpoints',
      ['paymentapi', 'frauddetection', 'transactionprocessor', 'notificationservice', 'Probe'].flatMap((s) =>
        both(`${s} → Endpoints tcp 443`),
      ),
      only('payment-platform'),
    ),
    rules('tasks outwards: AWS services without an endpoint, on 443 only', 'to anywhere', ({ system }) => [
      ...Object.keys(required[system]!.services).map(
        (service) => `${service.replaceAll('-', '')} → 0.0.0.0/0 tcp 443, outwards`,
      ),
      // The probe asks the load balancer's two listeners.
      'Probe → 0.0.0.0/0 tcp 443, outwards',
      'Probe → 0.0.0.0/0 tcp 9443, outwards',
    ]),
    rules('no endpoints, no rule for one', 'to endpoints', [], ['ecs-payments', 'multi-tier']),
    rules('the test listener’s port from the stage’s own NAT addresses only', 'tests', ({ environment, zones }) =>
      (environment === 'prod' ? zones : ['a']).map((zone) => `NatAddress${zone}/32 → LoadBalancer tcp 9443, inwards`),
    ),
    {
      requirement: 'or addresses the environment names',
      proved: [
        {
          in: 'test/stacks/security-groups.test.ts',
          by: 'addresses that the environment names may use the test listener',
        },
      ],
    },
    {
      requirement: 'a service’s tasks carry its own group',
      of: 'every service',
      systems: ['payment-processor', 'multi-tier', 'payment-platform'],
      type: 'AWS::ECS::Service',
      property: 'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups',
      is: ({ service }) => [`network.Groups${service.replaceAll('-', '')}.GroupId`],
    },
  ],
};

import type { Expected, Proof, Topic } from '../row';

/** Of everything in a stage that has tags. */
const everywhere = (tag: string, value: Expected): Proof => ({
  requirement: `${tag} on everything`,
  stack: 'all',
  type: 'View::Tags',
  property: tag,
  each: value,
});
const inTooling = (tag: string, value: Expected): Proof => ({
  requirement: `${tag} on everything of the delivery`,
  stack: 'pipeline',
  type: 'View::Tags',
  property: tag,
  each: value,
});
/** Stacks that all systems have. */
const shared = ['access', 'network', 'platform'];

export const tags: Topic = {
  topic: 'Tags',
  rows: [
    everywhere('Environment', ({ environment }) => environment),
    everywhere('Team', 'payments'),
    everywhere('CostCenter', 'engineering'),
    everywhere('ManagedBy', 'cdk'),
    {
      requirement: 'Service: the service',
      of: 'every service',
      type: 'View::Tags',
      property: 'Service',
      each: ({ service }) => service,
    },
    ...shared.map((stack): Proof => ({
      requirement: 'Service: the system, of what services share',
      stack,
      type: 'View::Tags',
      property: 'Service',
      each: ({ system }) => system,
    })),
    {
      requirement: 'Name, as of the ECS service',
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'Tags[Key=Name].Value',
      is: ({ service, environment }) => `${service}-${environment}`,
    },
    inTooling('Environment', 'tooling'),
    inTooling('Team', 'payments'),
    inTooling('CostCenter', 'engineering'),
    inTooling('ManagedBy', 'cdk'),
    inTooling('Service', ({ system }) => system),
    {
      requirement: 'on everything: nothing that takes tags is without',
      proved: [{ in: 'test/stacks/tags.test.ts', by: 'everything that takes tags has all six' }],
    },
  ],
};

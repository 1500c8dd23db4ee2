import type { Topic } from '../row';

export const accountAndRegion: Topic = {
  topic: 'Account and region',
  rows: [
    {
      requirement: 'Account is configuration of the environment',
      stack: 'all',
      type: 'View::Stack',
      property: 'Account',
      each: ({ account }) => account,
    },
    {
      requirement: 'Region is configuration of the environment: default region us-east-1',
      systems: ['ecs-payments', 'multi-tier', 'payment-platform'],
      stack: 'all',
      type: 'View::Stack',
      property: 'Region',
      each: 'us-east-1',
    },
    {
      requirement: 'never literals in code',
      proved: [
        {
          in: 'test/stages/configuration.test.ts',
          by: 'the pipeline lives in the configured region, or in that of the system',
        },
      ],
    },
    {
      requirement: 'a placeholder account is a clear error before anything is deployed to AWS',
      proved: [{ in: 'test/pipeline/app.test.ts', by: 'are an error that names the entries of configuration.json' }],
    },
  ],
};

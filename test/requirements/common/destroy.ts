import { per, type Proof, type SystemName, type Topic } from '../row';

const withDatabase: SystemName[] = ['multi-tier', 'payment-platform'];
/** dev and staging delete it; prod keeps it, unless it was never created. */
const goesOrStays = per('Delete', 'Delete', 'RetainExceptOnCreate');

/** What holds data or logs. */
const data = (requirement: string, stack: string | undefined, type: string, rest: Partial<Proof> = {}): Proof => ({
  requirement: `in dev everything goes, prod retains: ${requirement}`,
  stack,
  type,
  property: '/DeletionPolicy',
  each: goesOrStays,
  ...rest,
});

export const destroy: Topic = {
  topic: 'Destroy',
  rows: [
    data('database', 'data', 'AWS::RDS::DBCluster', { systems: withDatabase }),
    data('the database’s instances', 'data', 'AWS::RDS::DBInstance', { systems: withDatabase }),
    data('secrets', 'data', 'AWS::SecretsManager::Secret', { systems: ['payment-processor', ...withDatabase] }),
    data('keys of data', 'data', 'AWS::KMS::Key', { systems: ['payment-processor', ...withDatabase] }),
    data('the key of logs', 'network', 'AWS::KMS::Key'),
    data('logs of services', undefined, 'AWS::Logs::LogGroup', { of: 'every service' }),
    data('flow logs', 'network', 'AWS::Logs::LogGroup'),
    data('access logs', 'platform', 'AWS::S3::Bucket'),
    {
      requirement: 'prod is termination-protected',
      stack: 'all',
      type: 'View::Stack',
      property: 'TerminationProtection',
      each: per(false, false, true),
    },
    {
      requirement: 'prod is protected: the database against deletion',
      systems: withDatabase,
      stack: 'data',
      type: 'AWS::RDS::DBCluster',
      property: 'DeletionProtection',
      is: per(false, false, true),
    },
    {
      requirement: 'in dev everything goes: automated backups',
      systems: withDatabase,
      stack: 'data',
      type: 'AWS::RDS::DBCluster',
      property: 'DeleteAutomatedBackups',
      is: per(true, true, false),
    },
    {
      requirement: 'everything included: images',
      of: 'every service',
      stack: 'pipeline',
      type: 'AWS::ECR::Repository',
      id: 'Registry{service}',
      property: 'EmptyOnDelete',
      is: true,
    },
    {
      requirement: 'everything included: repositories',
      of: 'every service',
      stack: 'pipeline',
      type: 'AWS::ECR::Repository',
      id: 'Registry{service}',
      property: '/DeletionPolicy',
      is: 'Delete',
    },
    {
      requirement: 'task-definition revisions stay until then: one of them serves',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: '/UpdateReplacePolicy',
      is: 'Retain',
    },
    {
      requirement: 'everything included: task-definition revisions',
      proved: [
        {
          in: 'test/scripts/destroy-steps.test.ts',
          by: 'revisions are deregistered where they are active, and deleted, ten at a time',
        },
      ],
    },
    {
      requirement: 'in dev everything goes, seen on the local cloud; prod is refused with what to do first',
      proved: [
        { in: 'rehearsal/test/rehearsal/destroying.ts', by: 'prod is refused with what to do first, and untouched' },
      ],
    },
    {
      requirement: 'prod is termination-protected, and its stacks have a policy: set by the delivery, and checked live',
      proved: [
        {
          in: 'test/pipeline/programs/protect.test.ts',
          by: 'where data is retained, every stack is protected against deletion, and what it holds against replacement',
        },
        { in: 'integration-tests/protection.test.ts', by: 'lets no update replace or delete' },
      ],
    },
  ],
};

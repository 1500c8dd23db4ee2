import type { Topic } from '../row';

export const outputFiles: Topic = {
  topic: 'Outputs',
  rows: [
    {
      requirement: 'ecs_service_name, task_definition_arn, ecr_repository_uri, log_group_name: of each service',
      of: 'every service',
      type: 'View::Stack',
      property: 'Outputs',
      is: ({ row }) => [
        'ServiceName',
        'ServiceArn',
        'TaskDefinitionArn',
        'SecurityGroupId',
        'LogGroupName',
        'RepositoryUri',
        'ImageTag',
        ...(row.path
          ? [
              'BlueTargetGroupArn',
              'GreenTargetGroupArn',
              'ProductionRuleArn',
              'TestRuleArn',
              'DeploymentApplicationName',
              'DeploymentGroupName',
            ]
          : []),
      ],
    },
    {
      requirement:
        'cfn-outputs/flat-outputs.json with vpc_id … db_secret_arn; those per service are prefixed with its name',
      proved: [
        {
          in: 'test/scripts/outputs.test.ts',
          by: 'several services: theirs begin with their names; the database has its own secret',
        },
        { in: 'test/scripts/outputs.test.ts', by: 'one service: no prefix' },
      ],
    },
    {
      requirement: 'and one file an environment',
      proved: [
        { in: 'test/scripts/outputs.test.ts', by: 'all environments: the flat file is that of the one deployed last' },
      ],
    },
  ],
};

export const testsAndDocuments: Topic = {
  topic: 'Tests, documents, cost',
  rows: [
    {
      requirement: '100 % statements, branches, functions and lines of the infrastructure code',
      proved: [{ in: 'jest.config.js', by: 'statements: 100, branches: 100, functions: 100, lines: 100' }],
    },
    {
      requirement:
        'Tests assert IAM policies, ECR lifecycle, scaling numbers, alarms, security-group rules, container definitions',
      proved: [
        { in: 'test/stacks/access.test.ts', by: 'no role without a named resource where an action takes one' },
        { in: 'test/pipeline/pipeline-stack.test.ts', by: 'keeps what runs before it counts the last 10' },
        { in: 'test/stacks/payment-service.test.ts', by: 'scaling: range, targets and cooldowns' },
        { in: 'test/stacks/payment-service.test.ts', by: 'alarms: CPU over 85 %' },
        { in: 'test/stacks/security-groups.test.ts', by: 'every other rule, single ports all' },
        { in: 'test/stacks/task-definition.test.ts', by: 'the container: image of the tooling account' },
      ],
    },
    { requirement: 'Lint clean', proved: [{ in: '.ci/run', by: 'step lint npm run --silent lint' }] },
    {
      requirement: 'README: all of it, or where it is; releases',
      proved: [
        { in: 'README.md', by: '(docs/deployment.md)' },
        { in: 'README.md', by: '(docs/operations.md)' },
        { in: 'docs/operations.md', by: '## Approve or reject' },
      ],
    },
    {
      requirement: 'README: prerequisites, configuration, deployment, verification, tests, clean-up',
      proved: ['Prerequisites', 'Configuration', 'Deploy', 'Verify', 'Tests', 'Clean up'].map((by) => ({
        in: 'docs/deployment.md',
        by: `## ${by}`,
      })),
    },
    {
      requirement:
        'an operations guide with troubleshooting: a task that will not start, scaling, blue/green, database',
      proved: ['A task does not start', 'Scaling', 'Blue/green', 'Database'].map((by) => ({
        in: 'docs/troubleshooting.md',
        by: `## ${by}`,
      })),
    },
    {
      requirement:
        'a failure analysis: what can go wrong, severity, cause, effect, AWS reference, what this repository does about it',
      proved: ['Networks', 'Data', 'Scaling', 'Releases', 'Pipeline'].map((by) => ({
        in: 'docs/failure-analysis.md',
        by: `## ${by}`,
      })),
    },
    {
      requirement: 'documented estimate for each system and environment, from a dated price table',
      proved: [
        { in: 'docs/cost.md', by: '## What the four systems cost' },
        { in: 'test/scripts/cost.test.ts', by: 'the table of prices' },
      ],
    },
    {
      requirement: 'The originals’ figures are not all right; say what is',
      proved: [{ in: 'docs/cost.md', by: '## The original specifications' }],
    },
  ],
};

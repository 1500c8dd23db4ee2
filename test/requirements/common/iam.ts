import type { Topic } from '../row';

export const iam: Topic = {
  topic: 'IAM',
  rows: [
    {
      requirement: 'an execution role per service',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ExecutionRoleArn',
      is: ({ service }) => `${service}.RolesExecution.Arn`,
    },
    {
      requirement: 'a task role per service',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'TaskRoleArn',
      is: ({ service }) => `${service}.RolesTask.Arn`,
    },
    {
      requirement: 'explicit resource ARNs: the service’s own repository',
      of: 'every service',
      type: 'View::Statement',
      id: 'RolesExecution',
      where: {
        Policy: 'Image',
        Actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
      property: 'Resources',
      is: ({ service, region, tooling }) => [`arn:aws:ecr:${region}:${tooling}:repository/${service}`],
    },
    {
      requirement: 'explicit resource ARNs: the service’s own log group',
      of: 'every service',
      type: 'View::Statement',
      id: 'RolesExecution',
      where: { Actions: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
      property: 'Resources',
      is: ({ service }) => [`${service}.Logs.Arn`],
    },
    {
      requirement: 'No * resource where the action supports a resource',
      stack: 'all',
      type: 'View::Statement',
      property: 'Needless',
      each: [],
    },
    {
      requirement: 'the policies of every role',
      proved: [
        {
          in: 'test/stacks/task-roles.test.ts',
          by: 'the execution role starts the task: image, logs, its own secrets, and nothing else',
        },
        { in: 'test/pipeline/systems.test.ts', by: 'no role may use a resource * but for what supports none' },
        { in: 'test/stacks/access.test.ts', by: 'nobody trusts everybody' },
        {
          in: 'test/pipeline/pipeline-stack.test.ts',
          by: 'trust one service, one role or operators by their names, never everybody',
        },
      ],
    },
  ],
};

import type { Expected, Proof, Topic } from '../row';

const service = (requirement: string, of: Proof['of'], property: string, is: Expected): Proof => ({
  requirement,
  of,
  type: 'AWS::ECS::Service',
  property,
  is,
});

export const ecs: Topic = {
  topic: 'ECS',
  rows: [
    service('no launch type beside a capacity provider strategy', 'every service', 'LaunchType', undefined),
    {
      requirement: 'the cluster’s default strategy carries the same ratio',
      stack: 'platform',
      type: 'AWS::ECS::Cluster',
      property: 'DefaultCapacityProviderStrategy',
      is: ({ row }) => row.capacity.map(([CapacityProvider, Base, Weight]) => ({ Base, CapacityProvider, Weight })),
    },
    {
      requirement: 'the cluster has both capacity providers',
      stack: 'platform',
      type: 'AWS::ECS::Cluster',
      property: 'CapacityProviders',
      is: ['FARGATE', 'FARGATE_SPOT'],
    },
    {
      requirement: 'Linux/X86_64',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'RuntimePlatform',
      is: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
    },
    {
      requirement: 'Fargate',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'RequiresCompatibilities',
      is: ['FARGATE'],
    },
    service('platform 1.4.0', 'every service', 'PlatformVersion', '1.4.0'),
    service(
      'public services are released by CodeDeploy',
      'public services',
      'DeploymentController.Type',
      'CODE_DEPLOY',
    ),
    service(
      'CODE_DEPLOY services have no circuit breaker and no healthy percentages',
      'public services',
      'DeploymentConfiguration',
      undefined,
    ),
    service('the others roll under ECS', 'internal services', 'DeploymentController.Type', 'ECS'),
    service(
      'with a circuit breaker and rollback',
      'internal services',
      'DeploymentConfiguration.DeploymentCircuitBreaker',
      {
        Enable: true,
        Rollback: true,
      },
    ),
  ],
};

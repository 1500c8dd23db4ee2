import type { Case, Topic } from '../row';

/** 32 characters: the front gives way. */
const targetGroup =
  (colour: string) =>
  ({ service, environment }: Case) => {
    const end = `-tg-${environment}-${colour}`;
    return service.slice(0, 32 - end.length) + end;
  };

export const names: Topic = {
  topic: 'Names',
  rows: [
    {
      requirement: '{prefix}-vpc-{env}',
      stack: 'network',
      type: 'AWS::EC2::VPC',
      property: 'Tags[Key=Name].Value',
      is: ({ prefix, environment }) => `${prefix}-vpc-${environment}`,
    },
    {
      requirement: '{prefix}-cluster-{env}',
      stack: 'platform',
      type: 'AWS::ECS::Cluster',
      property: 'ClusterName',
      is: ({ prefix, environment }) => `${prefix}-cluster-${environment}`,
    },
    {
      requirement: '{prefix}-alb-{env}',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      property: 'Name',
      is: ({ prefix, environment }) => `${prefix}-alb-${environment}`,
    },
    {
      requirement: 'services {service}-{env}',
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'ServiceName',
      is: ({ service, environment }) => `${service}-${environment}`,
    },
    {
      requirement: 'task families {service}-{env}',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'Family',
      is: ({ service, environment }) => `${service}-${environment}`,
    },
    {
      requirement: 'repositories {service}, one in the tooling account for all environments',
      of: 'every service',
      stack: 'pipeline',
      type: 'AWS::ECR::Repository',
      id: 'Registry{service}',
      property: 'RepositoryName',
      is: ({ service }) => service,
    },
    {
      requirement: 'roles {service}-exec-role-{env}',
      of: 'every service',
      type: 'AWS::IAM::Role',
      id: 'RolesExecution',
      property: 'RoleName',
      is: ({ service, environment }) => `${service}-exec-role-${environment}`,
    },
    {
      requirement: 'roles {service}-task-role-{env}',
      of: 'every service',
      type: 'AWS::IAM::Role',
      id: 'RolesTask',
      property: 'RoleName',
      is: ({ service, environment }) => `${service}-task-role-${environment}`,
    },
    {
      requirement: 'CodeDeploy application {prefix}-{env}',
      stack: 'platform',
      type: 'AWS::CodeDeploy::Application',
      property: 'ApplicationName',
      is: ({ prefix, environment }) => `${prefix}-${environment}`,
    },
    {
      requirement: 'CodeDeploy groups {service}-dg-{env}',
      of: 'public services',
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: 'DeploymentGroupName',
      is: ({ service, environment }) => `${service}-dg-${environment}`,
    },
    {
      requirement: 'target groups {service}-tg-{env} with a colour, of at most 32 characters: blue',
      of: 'public services',
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      id: 'Routingblue',
      property: 'Name',
      is: targetGroup('blue'),
    },
    {
      requirement: 'target groups {service}-tg-{env} with a colour, of at most 32 characters: green',
      of: 'public services',
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      id: 'Routinggreen',
      property: 'Name',
      is: targetGroup('green'),
    },
    {
      requirement: 'An environment’s name is any valid suffix; a second system in one account takes another name',
      proved: [
        { in: 'test/declarations/environment.test.ts', by: 'a valid environment comes back as it is' },
        {
          in: 'test/stages/collisions.test.ts',
          by: 'a second system in the same account and region has an environment of another name',
        },
      ],
    },
    {
      requirement: 'a collision is an error at synthesis',
      proved: [
        {
          in: 'test/stages/collisions.test.ts',
          by: 'names that two systems would both have are an error that names both',
        },
      ],
    },
  ],
};

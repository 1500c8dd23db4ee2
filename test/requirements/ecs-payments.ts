import type { SystemName, Topic } from './row';

const systems: SystemName[] = ['ecs-payments'];

/** What the section says beside its table. */
export const ecsPayments: Topic = {
  topic: 'System ecs-payments',
  rows: [
    {
      requirement: '3 zones',
      systems,
      stack: 'network',
      type: 'AWS::EC2::Subnet',
      id: 'Vpcprivate*',
      property: 'AvailabilityZone',
      all: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    },
    {
      requirement: 'Services reach one another, members of the same group only: all are members',
      systems,
      of: 'every service',
      type: 'AWS::ECS::Service',
      property: 'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups',
      is: ({ service }) => [`network.Groups${service.replaceAll('-', '')}.GroupId`, 'network.GroupsServices.GroupId'],
    },
    {
      requirement: 'payment-api is blue/green',
      systems,
      of: 'payment-api',
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: 'DeploymentStyle.DeploymentType',
      is: 'BLUE_GREEN',
    },
    {
      requirement: 'the two internal ones roll with the deploy itself: to their new revision',
      systems,
      of: 'internal services',
      type: 'AWS::ECS::Service',
      property: 'TaskDefinition',
      is: ({ service }) => `${service}.TaskDefinition`,
    },
    {
      requirement: 'and are put back to their previous revision when the live checks fail',
      systems,
      proved: [
        { in: 'test/promotion/rolling.test.ts', by: 'a service is put back to the revision that was promoted' },
        { in: 'pipeline/steps/live-checks.ts', by: 'node programs/promotion.js stop' },
      ],
    },
  ],
};

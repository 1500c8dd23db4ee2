// ECS, Application Auto Scaling, Lambda, ECR, Logs, CloudWatch.
import * as scaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as lambda from '@aws-sdk/client-lambda';
import { nothing, type Probe } from '../probe';

export const running: Probe[] = [
  {
    row: 'ECS, of a cluster',
    call: 'ecs DescribeClusters',
    ask: async (c) => (await c.ecs.send(new ecs.DescribeClustersCommand({ clusters: [nothing] }))).failures,
    expected: ({ account, region }) =>
      JSON.stringify([{ arn: `arn:aws:ecs:${region}:${account}:cluster/${nothing}`, reason: 'MISSING' }]),
  },
  {
    row: 'ECS, of a cluster',
    call: 'ecs DescribeServices, unknown cluster',
    ask: (c) => c.ecs.send(new ecs.DescribeServicesCommand({ cluster: nothing, services: [nothing] })),
    expected: 'ClusterNotFoundException: Cluster not found.',
  },
  {
    row: 'ECS, of a cluster',
    call: 'ecs DescribeTaskDefinition',
    ask: (c) => c.ecs.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: `${nothing}:1` })),
    expected: 'ClientException: Unable to describe task definition.',
  },
  {
    row: 'ECS, of a cluster',
    call: 'ecs ListTaskDefinitions, unknown family',
    ask: async (c) =>
      (await c.ecs.send(new ecs.ListTaskDefinitionsCommand({ familyPrefix: nothing }))).taskDefinitionArns,
    expected: '[]',
  },
  {
    row: 'Application Auto Scaling, of a target',
    call: 'application-autoscaling DescribeScalableTargets',
    ask: async (c) => {
      const ResourceIds = [`service/${nothing}/${nothing}`];
      const asked = new scaling.DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds });
      return (await c.applicationAutoScaling.send(asked)).ScalableTargets;
    },
    expected: '[]',
  },
  {
    row: 'Lambda, of a function',
    call: 'lambda GetFunctionConfiguration',
    ask: (c) => c.lambda.send(new lambda.GetFunctionConfigurationCommand({ FunctionName: nothing })),
    expected: ({ account, region }) =>
      `ResourceNotFoundException: Function not found: arn:aws:lambda:${region}:${account}:function:${nothing}`,
  },
  {
    row: 'ECR, of a repository',
    call: 'ecr DescribeRepositories',
    ask: (c) => c.ecr.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: [nothing] })),
    expected: ({ account }) =>
      `RepositoryNotFoundException: The repository with name '${nothing}' does not exist in the registry with id '${account}'`,
  },
  {
    row: 'A line to a group that does not exist',
    call: 'logs DescribeLogStreams, unknown group',
    ask: (c) => c.logs.send(new logs.DescribeLogStreamsCommand({ logGroupName: nothing })),
    expected: 'ResourceNotFoundException: The specified log group does not exist.',
  },
  {
    row: 'CloudWatch, of an alarm',
    call: 'cloudwatch DescribeAlarms',
    ask: async (c) =>
      (await c.cloudWatch.send(new cloudWatch.DescribeAlarmsCommand({ AlarmNames: [nothing] }))).MetricAlarms,
    expected: '[]',
  },
];

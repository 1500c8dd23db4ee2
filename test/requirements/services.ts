import type { Case, Expected, Json, Proof, Topic } from './row';

const service = (
  requirement: string,
  type: string,
  property: string,
  is: Expected,
  rest: Partial<Proof> = {},
): Proof => ({
  requirement,
  of: 'every service',
  type,
  property,
  is,
  ...rest,
});
/** A policy of a service's scaling. */
const scaling = (measure: string, requirement: string, keys: string, is: Expected): Proof =>
  service(
    `scaling: ${requirement}`,
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    `TargetTrackingScalingPolicyConfiguration${keys}`,
    is,
    { id: `Scaling${measure}` },
  );
const requestsPerTask = ({ service: name, environment, prefix }: Case): Json => {
  const requestsOf = (colour: string): Json => ({
    Id: colour,
    MetricStat: {
      Metric: {
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'platform.LoadBalancer.LoadBalancerFullName' },
          { Name: 'TargetGroup', Value: `${name}.Routing${colour}.TargetGroupFullName` },
        ],
        MetricName: 'RequestCount',
        Namespace: 'AWS/ApplicationELB',
      },
      Stat: 'Sum',
    },
    ReturnData: false,
  });
  const running: Json = {
    Id: 'tasks',
    MetricStat: {
      Metric: {
        Dimensions: [
          { Name: 'ClusterName', Value: `${prefix}-cluster-${environment}` },
          { Name: 'ServiceName', Value: `${name}-${environment}` },
        ],
        MetricName: 'RunningTaskCount',
        Namespace: 'ECS/ContainerInsights',
      },
      Stat: 'Average',
    },
    ReturnData: false,
  };
  const ratio: Json = {
    Expression: '(FILL(blue, 0) + FILL(green, 0)) / tasks',
    Id: 'requests',
    Label: 'Requests a minute for each running task',
    ReturnData: true,
  };
  return {
    CustomizedMetricSpecification: { Metrics: [requestsOf('blue'), requestsOf('green'), running, ratio] },
    TargetValue: 1000,
  };
};
/** The cells of the systems' tables of services, the numbers of prod: test/stacks/required.ts has them. Tasks and sizes are in environments.ts. */
export const services: Topic = {
  topic: 'Services',
  rows: [
    service(
      'port of the container',
      'AWS::ECS::TaskDefinition',
      'ContainerDefinitions[Name={service}].PortMappings',
      ({ row }) => [{ ContainerPort: row.port, Protocol: 'tcp' }],
    ),
    {
      requirement: 'port of the target groups',
      of: 'public services',
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      property: 'Port',
      each: ({ row }) => row.port,
    },
    service(
      'port that the load balancer reaches',
      'AWS::ECS::Service',
      'LoadBalancers',
      ({ service: name, row }) => [
        { ContainerName: name, ContainerPort: row.port, TargetGroupArn: `${name}.Routingblue` },
      ],
      { of: 'public services' },
    ),
    service('public: no', 'AWS::ECS::Service', 'LoadBalancers', undefined, { of: 'internal services' }),
    {
      requirement: 'path, on both listeners',
      of: 'public services',
      type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      property: 'Conditions[Field=path-pattern].PathPatternConfig.Values',
      all: ({ row }) => [[row.path], [row.path]],
    },
    service('capacity', 'AWS::ECS::Service', 'CapacityProviderStrategy', ({ row }) =>
      row.capacity.map(([CapacityProvider, Base, Weight]) => ({ Base, CapacityProvider, Weight })),
    ),
    scaling('cpu', 'CPU 70 %', '{TargetValue,PredefinedMetricSpecification}', {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    }),
    scaling('memory', 'memory 80 %', '{TargetValue,PredefinedMetricSpecification}', {
      TargetValue: 80,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
    }),
    {
      requirement: 'scaling: 1000 requests per target, tracked as requests of both target groups over running tasks',
      of: 'public services',
      systems: ['multi-tier', 'payment-platform'],
      type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      id: 'Scalingrequests',
      property: 'TargetTrackingScalingPolicyConfiguration{TargetValue,CustomizedMetricSpecification}',
      is: requestsPerTask,
    },
    {
      requirement: 'scaling by requests where the table says so',
      systems: ['ecs-payments', 'payment-processor'],
      of: 'every service',
      type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      id: 'Scalingrequests',
      property: 'PolicyName',
      all: [],
    },
    {
      requirement: 'scaling: seconds before scaling out again',
      of: 'every service',
      type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      property: 'TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown',
      each: ({ row }) => row.cooldowns[0],
    },
    {
      requirement: 'scaling: seconds before scaling in again',
      of: 'every service',
      type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      property: 'TargetTrackingScalingPolicyConfiguration.ScaleInCooldown',
      each: ({ row }) => row.cooldowns[1],
    },
    service(
      'log group',
      'AWS::Logs::LogGroup',
      'LogGroupName',
      ({ row, environment }) => `${row.logGroup}-${environment}`,
    ),
  ],
};

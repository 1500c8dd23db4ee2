import type { Topic } from '../row';

export const logs: Topic = {
  topic: 'Logs',
  rows: [
    {
      requirement: 'one group per service',
      of: 'every service',
      type: 'AWS::ECS::TaskDefinition',
      property: 'ContainerDefinitions[Name={service}].LogConfiguration.Options.awslogs-group',
      is: ({ service }) => `${service}.Logs`,
    },
    {
      requirement: '30 days',
      of: 'every service',
      type: 'AWS::Logs::LogGroup',
      id: 'Logs',
      property: 'RetentionInDays',
      is: 30,
    },
    {
      requirement: 'JSON lines',
      proved: [
        {
          in: 'test/services/payments.test.ts',
          by: 'log lines are JSON with the fields that queries use, and hold no card data',
        },
      ],
    },
    {
      requirement: 'ALB access logs',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      property: 'LoadBalancerAttributes[Key=access_logs.s3.enabled].Value',
      is: 'true',
    },
    {
      requirement: 'ALB access logs, to their bucket',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      property: 'LoadBalancerAttributes[Key=access_logs.s3.bucket].Value',
      is: 'platform.AccessLogs',
    },
    {
      requirement: 'CloudWatch Container Insights on',
      stack: 'platform',
      type: 'AWS::ECS::Cluster',
      property: 'ClusterSettings[Name=containerInsights].Value',
      is: 'enabled',
    },
  ],
};

import type { Expected, Proof, Topic } from '../row';

/** Of the target groups of both colours. */
const targetGroups = (requirement: string, property: string, each: Expected): Proof => ({
  requirement,
  of: 'public services',
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  property,
  each,
});
const container = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  of: 'every service',
  type: 'AWS::ECS::TaskDefinition',
  property: `ContainerDefinitions[Name={service}].${property}`,
  is,
});

export const health: Topic = {
  topic: 'Health',
  rows: [
    targetGroups('target groups ask /health', 'HealthCheckPath', '/health'),
    targetGroups('on the service’s own port', 'HealthCheckPort', ({ row }) => String(row.port)),
    targetGroups('every 30 s', 'HealthCheckIntervalSeconds', 30),
    targetGroups('timeout 5 s', 'HealthCheckTimeoutSeconds', 5),
    targetGroups('3 healthy', 'HealthyThresholdCount', 3),
    targetGroups('3 unhealthy', 'UnhealthyThresholdCount', 3),
    container('every application container has a health check', 'HealthCheck.Command', [
      'CMD',
      'node',
      'server.js',
      '--health',
    ]),
    container('of its own port', 'Environment[Name=PORT].Value', ({ row }) => String(row.port)),
    container('container: 30 s', 'HealthCheck.Interval', 30),
    container('container: 5 s', 'HealthCheck.Timeout', 5),
    container('container: 3 retries', 'HealthCheck.Retries', 3),
    container('container: 60 s start period', 'HealthCheck.StartPeriod', 60),
    {
      requirement: 'the container health check asks its own port',
      proved: [{ in: 'test/services/drain.test.ts', by: '--health tells whether the service answers' }],
    },
    {
      requirement: 'Behind a path, a service also answers {path}/health through the ALB, and a live check asks there',
      proved: [
        { in: 'test/services/payments.test.ts', by: 'both health paths answer' },
        {
          in: 'integration-tests/load-balancer.test.ts',
          by: 'answers production requests with the version that serves',
        },
      ],
    },
  ],
};

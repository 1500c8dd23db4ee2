/** Actions of which AWS documents that they take no resource, or none that is known beforehand. Source: AWS, Service Authorization Reference. */
const actions = [
  // A token is the registry's.
  'ecr:GetAuthorizationToken',
  // Session Manager's channels.
  /^ssmmessages:(Create|Open)(Control|Data)Channel$/,
  // A deployment that runs, and its targets.
  /^codedeploy:(Stop|Continue)Deployment$/,
  /^codedeploy:(ListDeploymentTargets|GetDeploymentTarget|BatchGetDeploymentTargets)$/,
  // Their cluster is in a condition.
  /^ecs:List(Tasks|Services)$/,
  /^ecs:(DescribeTaskDefinition|ListTaskDefinitions)$/,
  'logs:DescribeLogGroups',
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)$/,
  'servicediscovery:ListServices',
  /^(ec2|elasticloadbalancing|application-autoscaling):Describe[A-Za-z]+$/,
];

export const takesNoResource = (action: string): boolean =>
  actions.some((known) => (typeof known === 'string' ? known === action : known.test(action)));

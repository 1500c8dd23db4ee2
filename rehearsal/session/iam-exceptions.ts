/** Actions that a rehearsal without faults does not use, and why they are granted. */
export interface Exception {
  /** Which roles, by name. */
  roles: RegExp;
  actions: string[];
  reason: string;
}

const of = (service: string, ...names: string[]) => names.map((name) => `${service}:${name}`);

const first = 'A first delivery has no deployment: ECS itself starts the first tasks. The second delivery uses it.';
const failed = 'Stops a deployment, or goes back, once something has failed.';
const unhealthy = 'Ends a service that never becomes healthy, and tells why.';
const refused = 'Writes down why a stage was refused.';
const artifacts =
  "CodeBuild's own reading and writing of artifacts, of which the local one asks for less. Source: CodeBuild User Guide, 'Allow CodeBuild to interact with other AWS services', 'Encrypt build outputs using a customer managed key'.";
const pipeline =
  "CodePipeline's own handling of artifacts, of which the local one asks for less. Source: CodePipeline User Guide, 'Manage the CodePipeline service role'.";
const key = of(
  'kms',
  ...['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
  ...['ReEncryptFrom', 'ReEncryptTo'],
);
const bucket = of('s3', 'GetBucketAcl', 'GetBucketLocation', 'GetBucketVersioning');

/** One that no role is granted is an error of the report. */
export const exceptions: Exception[] = [
  {
    roles: /-delivery-Role|-step-[a-z]+$|-PipelineUpdatePipeline/,
    reason: artifacts,
    actions: [...key, ...bucket, ...of('s3', 'GetObject', 'GetObjectVersion')],
  },
  {
    roles: /-delivery-Pipeline(Role|Source)/,
    reason: pipeline,
    actions: [...key, ...bucket, ...of('s3', 'GetObject', 'GetObjectVersion', 'PutObject', 'PutObjectAcl')],
  },
  {
    roles: /-delivery-Pipeline/,
    reason: 'Ends a build when its execution is stopped.',
    actions: of('codebuild', 'StopBuild'),
  },
  {
    roles: /-delivery-(Role(synth|commitcheck)|PipelineSource)/,
    reason:
      "The prefix that connections had before they were CodeConnections'. A connection's ARN has one or the other.",
    actions: of('codestar-connections', 'UseConnection'),
  },
  {
    roles: /-delivery-github$/,
    reason: "GitHub Actions start the pipeline and follow it: a rehearsal's push starts it as the administrator.",
    actions: of(
      'codepipeline',
      ...['StartPipelineExecution', 'GetPipelineExecution', 'ListActionExecutions', 'ListPipelineExecutions'],
    ),
  },
  {
    roles: /-delivery-github-follow$/,
    reason: 'GitHub Actions look every hour how deliveries went on. No delivery does.',
    actions: of('codepipeline', 'GetPipelineExecution', 'ListActionExecutions', 'ListPipelineExecutions'),
  },
  {
    roles: /-delivery-github-drift$/,
    reason: 'GitHub Actions look for drift every night. No delivery does.',
    actions: ['sts:AssumeRole'],
  },
  {
    roles: /-operator-/,
    reason: 'A person goes back, or acts by hand. No delivery does.',
    actions: [
      ...['sts:AssumeRole', 'cloudformation:DescribeStacks', 'ssm:PutParameter'],
      ...of('s3', 'ListBucketVersions', 'GetObjectVersion', 'PutObject'),
      ...of('kms', 'Decrypt', 'GenerateDataKey'),
      ...of('ecr', 'BatchDeleteImage', 'BatchGetImage', 'ListImages', 'PutImage'),
      ...of('ecr', 'DescribeImages', 'DescribeRepositories', 'GetLifecyclePolicy'),
    ],
  },
  {
    roles: /-delivery-Roleimages/,
    reason: 'Docker reads what is in the repository to push only what is missing. The local one looks by layer alone.',
    actions: of('ecr', 'BatchGetImage', 'GetDownloadUrlForLayer'),
  },
  {
    roles: /-delivery-Roleimages/,
    reason: 'Takes its tag from an image that is there without a signature. A first delivery finds none.',
    actions: of('ecr', 'BatchDeleteImage'),
  },
  {
    roles: /-delivery-Rolekeepimages/,
    reason: 'Takes the mark off images that no stage runs any more: a first delivery has none.',
    actions: of('ecr', 'BatchDeleteImage'),
  },
  {
    roles: /-delivery-release-/,
    reason: first,
    actions: [
      ...of('codedeploy', 'CreateDeployment', 'GetApplicationRevision', 'GetDeployment', 'GetDeploymentConfig'),
      ...of('codedeploy', 'RegisterApplicationRevision'),
    ],
  },
  {
    roles: /-delivery-promotion-/,
    reason: first,
    actions: ['codedeploy:ContinueDeployment', 'codedeploy:GetDeployment', 'elasticloadbalancing:DescribeRules'],
  },
  {
    roles: /-delivery-(release|promotion)-/,
    reason: first,
    actions: [
      ...of('application-autoscaling', 'DescribeScalableTargets', 'RegisterScalableTarget'),
      ...of('ecs', 'DescribeTasks', 'ListTasks'),
      'elasticloadbalancing:DescribeTargetHealth',
    ],
  },
  {
    roles: /-delivery-promotion-/,
    reason: 'Application Auto Scaling asks whether its caller may update the service, while scaling in is suspended.',
    actions: of('ecs', 'UpdateService'),
  },
  {
    roles: /-delivery-checks-/,
    reason: first,
    actions: of('codedeploy', 'GetDeployment', 'GetDeploymentTarget', 'ListDeploymentTargets'),
  },
  {
    roles: /-codedeploy-role-/,
    reason: first,
    actions: [
      'cloudwatch:DescribeAlarms',
      ...of('ecs', 'CreateTaskSet', 'DeleteTaskSet', 'DescribeServices', 'UpdateServicePrimaryTaskSet'),
      ...of('elasticloadbalancing', 'DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'ModifyRule'),
      'iam:PassRole',
    ],
  },
  {
    roles: /-codedeploy-role-/,
    reason: "Shifts a listener's own forward. Here rules forward; CodeDeploy is given the listeners.",
    actions: of('elasticloadbalancing', 'ModifyListener'),
  },
  { roles: /-delivery-(release|promotion)-/, reason: failed, actions: of('codedeploy', 'StopDeployment') },
  { roles: /-delivery-release-/, reason: failed, actions: ['ecs:UpdateService', 'iam:PassRole', 'ssm:GetParameter'] },
  {
    roles: /-delivery-watch-/,
    reason: unhealthy,
    actions: ['ecs:DeleteService', 'ecs:DescribeTaskDefinition', 'logs:GetLogEvents'],
  },
  { roles: /-release-step-/, reason: refused, actions: ['s3:PutObject'] },
  { roles: /-(release|checks)-step-/, reason: refused, actions: ['codepipeline:ListActionExecutions'] },
  {
    roles: /-delivery-watch-/,
    reason: 'Looks at tasks while a service is not healthy yet: a fast one is at once.',
    actions: ['ecs:DescribeTasks', 'ecs:ListTasks', 'elasticloadbalancing:DescribeTargetHealth'],
  },
  {
    roles: /-probe-role-/,
    reason: 'Lambda takes interfaces away when nothing has used them for long, and has addresses on them.',
    actions: of('ec2', 'AssignPrivateIpAddresses', 'DeleteNetworkInterface', 'UnassignPrivateIpAddresses'),
  },
  {
    roles: /-database-monitoring-role-/,
    reason: 'RDS writes metrics of the operating system. The local one has none.',
    actions: of(
      'logs',
      'CreateLogGroup',
      'CreateLogStream',
      'DescribeLogStreams',
      'GetLogEvents',
      'PutLogEvents',
      'PutRetentionPolicy',
    ),
  },
  {
    roles: /-task-role-(?!prod)/,
    reason: 'ECS Exec: a person looks into a task.',
    actions: of('ssmmessages', 'CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'),
  },
  {
    roles: /-task-role-/,
    reason: "X-Ray's sampling and its reports of itself. The local collector only puts segments.",
    actions: of('xray', 'GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords'),
  },
];

const cloudFormation = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const codePipeline = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html';
const pipelineStructure = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html';
const loadBalancer = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html';
const ecs = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html';
const iam = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const vpc = 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html';
const cloudWatch = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const codeDeploy = 'https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html';
const cloudMap = 'https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html';
const kms = 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html';
const s3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html';
const lambda =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html';
const rds = 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html';

export interface Quota {
  limit: number;
  source: string;
  /**
   * The name is cut to it, or the schema of declarations refuses what passes it: it does not grow with the system, so
   * only the limit itself counts.
   */
  bounded?: true;
}

/** AWS's default quotas that a system can come near, by what they limit. Raised quotas are not counted on. */
export const quotas = {
  'CloudFormation: resources in a template': { limit: 500, source: cloudFormation },
  'CloudFormation: outputs in a template': { limit: 200, source: cloudFormation },
  'CloudFormation: parameters in a template': { limit: 200, source: cloudFormation },
  'CloudFormation: mappings in a template': { limit: 200, source: cloudFormation },
  'CloudFormation: bytes of a template': { limit: 1_048_576, source: cloudFormation },
  'CloudFormation: dynamic references in a template': { limit: 60, source: cloudFormation },
  'CloudFormation: characters of a stack name': { limit: 128, source: cloudFormation },
  'CloudFormation: characters of a description': { limit: 1024, source: cloudFormation },
  'CloudFormation: stacks in an account': { limit: 2000, source: cloudFormation },
  'CodePipeline: stages': { limit: 50, source: codePipeline },
  // Since 2024 twice as many may be allowed (awslabs/aws-deployment-framework#792); CDK Pipelines begins a new stage after 50.
  'CodePipeline: actions in a stage': { limit: 50, source: codePipeline },
  'CodePipeline: actions': { limit: 500, source: codePipeline },
  'CodePipeline: characters of an action configuration value': { limit: 1000, source: pipelineStructure },
  'CodePipeline: characters of an action name': { limit: 100, source: codePipeline },
  'CodePipeline: characters of a stage name': { limit: 100, source: codePipeline },
  'CodePipeline: input artifacts of an action': { limit: 5, source: pipelineStructure },
  'CodePipeline: output artifacts of an action': { limit: 5, source: pipelineStructure },
  'ALB: rules': { limit: 100, source: loadBalancer },
  'ALB: target groups': { limit: 100, source: loadBalancer },
  'ALB: listeners': { limit: 50, source: loadBalancer },
  'ALB: targets': { limit: 1000, source: loadBalancer },
  'ALB: condition values of a rule': { limit: 5, source: loadBalancer, bounded: true },
  'ALB: characters of a target group name': { limit: 32, source: loadBalancer, bounded: true },
  'ALB: characters of a load balancer name': { limit: 32, source: loadBalancer, bounded: true },
  'ECS: services in a cluster': { limit: 5000, source: ecs },
  'ECS: tasks of a service with service discovery': { limit: 1000, source: ecs },
  'ECS: containers of a task definition': { limit: 10, source: ecs },
  'ECS: bytes of a task definition': { limit: 65_536, source: ecs },
  'ECS: security groups of a service': { limit: 5, source: ecs },
  'ECS: subnets of a service': { limit: 16, source: ecs },
  'ECS: target groups of a service': { limit: 5, source: ecs },
  'IAM: characters of the inline policies of a role': { limit: 10_240, source: iam },
  'IAM: characters of a trust policy': { limit: 2048, source: iam },
  'IAM: managed policies of a role': { limit: 10, source: iam },
  'IAM: roles in an account': { limit: 1000, source: iam },
  'IAM: characters of a role name': { limit: 64, source: iam, bounded: true },
  'EC2: inbound rules of a security group': { limit: 60, source: vpc },
  'EC2: outbound rules of a security group': { limit: 60, source: vpc },
  'EC2: security groups in a region': { limit: 2500, source: vpc },
  'EC2: subnets of a VPC': { limit: 200, source: vpc },
  'EC2: elastic addresses in a region': { limit: 5, source: vpc },
  'EC2: interface endpoints of a VPC': { limit: 50, source: vpc },
  'CloudWatch: alarms in a region': { limit: 5000, source: cloudWatch },
  'CloudWatch: metrics of an alarm': { limit: 10, source: cloudWatch },
  'CloudWatch: characters of a dashboard': { limit: 1_048_576, source: cloudWatch },
  'CodeDeploy: groups of an application': { limit: 1000, source: codeDeploy },
  'CodeDeploy: alarms of a group': { limit: 10, source: codeDeploy },
  'Cloud Map: instances in a namespace': { limit: 2000, source: cloudMap },
  'KMS: bytes of a key policy': { limit: 32_768, source: kms },
  'S3: bytes of a bucket policy': { limit: 20_480, source: s3 },
  'Lambda: bytes of inline code': { limit: 4_194_304, source: lambda },
  'RDS: instances of an Aurora cluster': { limit: 16, source: rds },
} satisfies Record<string, Quota>;
export type QuotaName = keyof typeof quotas;

import { arnOf } from '../../aws-facts/handlers';
import { ofType, type PlacedStack, type Resource } from './placed-stack';

/** Names of a stack's resources of one kind, as they stand in ARNs. */
type NamesIn = (stack: PlacedStack) => string[];

/** By a property; where the template leaves it out, CloudFormation makes the name. */
const named =
  (type: string, property: string, adapt = (name: string) => name): NamesIn =>
  (stack) =>
    ofType(stack, type).map(({ Properties }) => {
      const name: unknown = Properties?.[property];
      return typeof name === 'string' ? adapt(name) : generated(stack);
    });

/**
 * {stack}-{logical id}-{random}; the stack's name is cut where a type's names are short. Source: AWS, CloudFormation User Guide,
 * "Resource identifiers"; that at least 24 characters of it are kept is unverified.
 */
const generated = ({ name }: PlacedStack) => `${name.slice(0, 24)}${name.length < 24 ? '-' : ''}*`;
const lowerCase =
  (names: NamesIn): NamesIn =>
  (stack) =>
    names(stack).map((name) => name.toLowerCase());

/** Where AWS makes up an id, or where the names are another's. */
const any =
  (...types: string[]): NamesIn =>
  (stack) =>
    ofType(stack, ...types).length ? ['*'] : [];
const only =
  (type: string, ...names: string[]): NamesIn =>
  (stack) =>
    ofType(stack, type).length ? names : [];

const both =
  (...all: NamesIn[]): NamesIn =>
  (stack) =>
    all.flatMap((names) => names(stack));

const network = ['VPC', 'Subnet', 'RouteTable', 'Route', 'SecurityGroup', 'VPCEndpoint'].map((t) => `AWS::EC2::${t}`);
const database = 'AWS::RDS::DBCluster';
const discovery = ['AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::ServiceDiscovery::Service'];
const loadBalancers = named('AWS::ElasticLoadBalancingV2::LoadBalancer', 'Name');
const clusters = named('AWS::ECS::Cluster', 'ClusterName');
const pipelines = named('AWS::CodePipeline::Pipeline', 'Name');

/** By kind. An ARN's first name is looked for; what follows it may be anything. */
const names: Record<string, NamesIn> = {
  'acm:certificate': any('AWS::CertificateManager::Certificate'),
  'application-autoscaling:ScalableTarget': any('AWS::ApplicationAutoScaling::ScalableTarget'),
  // Application Auto Scaling names the alarms of target tracking.
  'cloudwatch:alarm': both(
    named('AWS::CloudWatch::Alarm', 'AlarmName'),
    only('AWS::ApplicationAutoScaling::ScalableTarget', 'TargetTracking-*'),
  ),
  'cloudwatch:dashboard': named('AWS::CloudWatch::Dashboard', 'DashboardName'),
  'codebuild:project': named('AWS::CodeBuild::Project', 'Name'),
  'codedeploy:application': named('AWS::CodeDeploy::Application', 'ApplicationName'),
  'codedeploy:deploymentgroup': named('AWS::CodeDeploy::Application', 'ApplicationName'),
  'codepipeline:pipeline': pipelines,
  'codepipeline:stage': pipelines,
  'ec2:elastic-ip': any('AWS::EC2::EIP', 'AWS::EC2::NatGateway'),
  'ec2:internet-gateway': any('AWS::EC2::InternetGateway'),
  'ec2:natgateway': any('AWS::EC2::NatGateway'),
  'ec2:route-table': any('AWS::EC2::RouteTable'),
  'ec2:security-group': any('AWS::EC2::SecurityGroup'),
  'ec2:security-group-rule': any('AWS::EC2::SecurityGroup'),
  'ec2:subnet': any('AWS::EC2::Subnet'),
  'ec2:vpc': any(...network),
  'ec2:vpc-endpoint': any('AWS::EC2::VPCEndpoint'),
  'ec2:vpc-flow-log': any('AWS::EC2::FlowLog'),
  'ecr:repository': named('AWS::ECR::Repository', 'RepositoryName'),
  'ecs:cluster': clusters,
  'ecs:service': clusters,
  'ecs:task-definition': named('AWS::ECS::TaskDefinition', 'Family'),
  'elasticloadbalancing:loadbalancer/app/': loadBalancers,
  'elasticloadbalancing:listener/app': loadBalancers,
  'elasticloadbalancing:listener-rule/app': loadBalancers,
  'elasticloadbalancing:targetgroup': named('AWS::ElasticLoadBalancingV2::TargetGroup', 'Name'),
  'iam:oidc-provider': named('AWS::IAM::OIDCProvider', 'Url', (url) => url.replace('https://', '')),
  'iam:role': named('AWS::IAM::Role', 'RoleName'),
  'kms:alias': named('AWS::KMS::Alias', 'AliasName', (alias) => alias.replace('alias/', '')),
  'kms:key': any('AWS::KMS::Key'),
  'lambda:function': named('AWS::Lambda::Function', 'FunctionName'),
  // Some actions ask for the group's ARN with ':*', some without. Source: AWS, CloudWatch Logs User Guide, "Log group ARNs".
  'logs:log-group': both(
    named('AWS::Logs::LogGroup', 'LogGroupName'),
    named('AWS::Logs::LogGroup', 'LogGroupName', (name) => `${name}:*`),
  ),
  'rds:cluster': named(database, 'DBClusterIdentifier'),
  'rds:cluster-pg': lowerCase(named('AWS::RDS::DBClusterParameterGroup', 'DBClusterParameterGroupName')),
  'rds:db': named('AWS::RDS::DBInstance', 'DBInstanceIdentifier'),
  // RDS's own, which a cluster and its instances refer to.
  'rds:og': only(database, 'default:*'),
  'rds:pg': only(database, 'default.*'),
  'rds:subgrp': lowerCase(named('AWS::RDS::DBSubnetGroup', 'DBSubnetGroupName')),
  'route53:change': any('AWS::Route53::RecordSet', 'AWS::CertificateManager::Certificate'),
  'route53:hostedzone': both(
    any(...discovery),
    zonesOf('AWS::Route53::RecordSet'),
    zonesOf('AWS::CertificateManager::Certificate'),
  ),
  's3:bucket': lowerCase(named('AWS::S3::Bucket', 'BucketName')),
  // Secrets Manager ends its ARNs with a hyphen and six characters.
  'secretsmanager:Secret': named('AWS::SecretsManager::Secret', 'Name', (name) => `${name}-??????`),
  'servicediscovery:namespace': any(...discovery),
  'servicediscovery:service': any(...discovery),
  'sns:topic': named('AWS::SNS::Topic', 'TopicName'),
  'ssm:parameter': named('AWS::SSM::Parameter', 'Name', (name) => name.replace(/^\//, '')),
};

/** Zones that records or validations are written into. */
function zonesOf(type: string): NamesIn {
  const zones = ({ Properties = {} }: Resource): string[] =>
    [...JSON.stringify(Properties).matchAll(/"HostedZoneId":"(\w+)"/g)].map(([, id]) => id!);
  return (stack) => ofType(stack, type).flatMap(zones);
}

/** Connections that a pipeline's sources use, under the service's old and new name. */
const connections = (stack: PlacedStack): string[] =>
  ofType(stack, 'AWS::CodePipeline::Pipeline')
    .flatMap(({ Properties = {} }) => [...JSON.stringify(Properties).matchAll(/"ConnectionArn":"([^"]+)"/g)])
    .map(([, arn]) => arn!);

/** ARNs of the kind that the stacks make or use. Throws where it is not known how its resources are named. */
export function arnsOf(kind: string, stacks: PlacedStack[]): string[] {
  if (/^code(star-)?connections:/.test(kind)) return [...new Set(stacks.flatMap(connections))];
  const namesIn = names[kind];
  if (!namesIn) throw new Error(`scripts/execution-policy/arns.ts does not say how a ${kind} is named: add it there`);
  return [...new Set(stacks.flatMap((stack) => namesIn(stack).map((name) => arnOf(kind, stack, name))))];
}

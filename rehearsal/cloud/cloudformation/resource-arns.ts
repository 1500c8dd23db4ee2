import { arnOf } from '../../../aws-facts/handlers';
import type { Environment, Resource } from '../state';

// Of which resources CloudFormation asks what it does to a resource of a stack: the resource's own ARN, and those of what it refers to.

/** ARNs by kind, as in 'ecs:cluster': one, or several. */
type Arns = Record<string, string | string[]>;
type Say = (resource: Resource, env: Environment) => Arns;

const last = (arn: unknown) => String(arn).split('/').pop()!;
const list = (value: unknown): string[] => (value === undefined ? [] : ([value].flat() as string[]));

/** By name or id alone. */
const named =
  (kind: string, ...more: string[]): Say =>
  ({ id }, env) =>
    Object.fromEntries([kind, ...more].map((k) => [k, arnOf(k, env, id)]));
/** Ref is the ARN. */
const byArn =
  (kind: string): Say =>
  ({ id }) => ({ [kind]: id });

/** Networks: the resource's own id, and the ids of what it stands in or connects. */
const network =
  (own: string | undefined, refers: Record<string, string> = {}): Say =>
  ({ id, properties }, env) => {
    const others = Object.entries(refers).map(([property, kind]) => [
      `ec2:${kind}`,
      list(properties[property]).map((ref) => arnOf(`ec2:${kind}`, env, ref)),
    ]);
    return { ...Object.fromEntries(others), ...(own && { [`ec2:${own}`]: arnOf(`ec2:${own}`, env, id) }) };
  };

const scaling: Say = ({ properties, seed }, env) => ({
  'application-autoscaling:ScalableTarget': arnOf('application-autoscaling:ScalableTarget', env, seed.slice(-12)),
  'cloudwatch:alarm': arnOf('cloudwatch:alarm', env, `TargetTracking-${properties.ResourceId}-AlarmHigh-1`),
});
const zones: Say = ({ properties }, env) => ({
  'route53:hostedzone': [...JSON.stringify(properties).matchAll(/"HostedZoneId":"(\w+)"/g)].map(([, zone]) =>
    arnOf('route53:hostedzone', env, zone!),
  ),
  'route53:change': arnOf('route53:change', env, 'C0123456789'),
});
const key = (id: unknown, env: Environment): Arns => (id ? { 'kms:key': arnOf('kms:key', env, last(id)) } : {});
/** RDS's default option and parameter groups are asked for where none is given. */
const database = (
  env: Environment,
  { DBSubnetGroupName, DBClusterParameterGroupName }: Resource['properties'],
): Arns => ({
  'rds:og': arnOf('rds:og', env, 'default:aurora-postgresql-17'),
  'rds:pg': arnOf('rds:pg', env, 'default.aurora-postgresql17'),
  'rds:subgrp': list(DBSubnetGroupName).map((name) => arnOf('rds:subgrp', env, name)),
  'rds:cluster-pg': list(DBClusterParameterGroupName).map((name) => arnOf('rds:cluster-pg', env, name)),
});

const types: Record<string, Say> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': scaling,
  'AWS::ApplicationAutoScaling::ScalingPolicy': scaling,
  'AWS::CertificateManager::Certificate': (resource, env) => ({
    'acm:certificate': resource.id,
    ...zones(resource, env),
  }),
  'AWS::CloudWatch::Alarm': named('cloudwatch:alarm'),
  'AWS::CloudWatch::Dashboard': named('cloudwatch:dashboard'),
  'AWS::CodeBuild::Project': named('codebuild:project'),
  'AWS::CodeDeploy::Application': named('codedeploy:application'),
  'AWS::CodeDeploy::DeploymentGroup': ({ properties: { ApplicationName }, model }, env) => ({
    'codedeploy:deploymentgroup': arnOf('codedeploy:deploymentgroup', env, ApplicationName, model.DeploymentGroupName),
  }),
  'AWS::CodePipeline::Pipeline': ({ id, properties }, env) => {
    const connections = [...JSON.stringify(properties).matchAll(/"ConnectionArn":"([^"]+)"/g)].map(([, arn]) => arn!);
    return {
      'codepipeline:pipeline': arnOf('codepipeline:pipeline', env, id),
      'codeconnections:Connection': connections,
      'codestar-connections:Connection': connections,
    };
  },
  'AWS::EC2::EIP': ({ model }, env) => ({ 'ec2:elastic-ip': arnOf('ec2:elastic-ip', env, model.AllocationId) }),
  'AWS::EC2::FlowLog': network('vpc-flow-log', { ResourceId: 'vpc' }),
  'AWS::EC2::InternetGateway': network('internet-gateway'),
  'AWS::EC2::NatGateway': network('natgateway', { AllocationId: 'elastic-ip', SubnetId: 'subnet' }),
  'AWS::EC2::Route': network(undefined, { RouteTableId: 'route-table' }),
  'AWS::EC2::RouteTable': network('route-table', { VpcId: 'vpc' }),
  'AWS::EC2::SecurityGroup': network('security-group', { VpcId: 'vpc' }),
  'AWS::EC2::SecurityGroupEgress': network('security-group-rule', { GroupId: 'security-group' }),
  'AWS::EC2::SecurityGroupIngress': network('security-group-rule', { GroupId: 'security-group' }),
  'AWS::EC2::Subnet': network('subnet', { VpcId: 'vpc' }),
  'AWS::EC2::SubnetRouteTableAssociation': network(undefined, { RouteTableId: 'route-table', SubnetId: 'subnet' }),
  'AWS::EC2::VPC': network('vpc'),
  'AWS::EC2::VPCEndpoint': network('vpc-endpoint', {
    VpcId: 'vpc',
    SubnetIds: 'subnet',
    SecurityGroupIds: 'security-group',
    RouteTableIds: 'route-table',
  }),
  'AWS::EC2::VPCGatewayAttachment': network(undefined, { VpcId: 'vpc', InternetGatewayId: 'internet-gateway' }),
  'AWS::ECR::Repository': named('ecr:repository'),
  'AWS::ECS::Cluster': named('ecs:cluster'),
  'AWS::ECS::Service': byArn('ecs:service'),
  'AWS::ECS::TaskDefinition': byArn('ecs:task-definition'),
  'AWS::ElasticLoadBalancingV2::Listener': ({ id, properties }) => ({
    'elasticloadbalancing:listener/app': id,
    'elasticloadbalancing:loadbalancer/app/': list(properties.LoadBalancerArn),
  }),
  'AWS::ElasticLoadBalancingV2::ListenerRule': ({ id, properties }) => ({
    'elasticloadbalancing:listener-rule/app': id,
    'elasticloadbalancing:listener/app': list(properties.ListenerArn),
  }),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': byArn('elasticloadbalancing:loadbalancer/app/'),
  'AWS::ElasticLoadBalancingV2::TargetGroup': byArn('elasticloadbalancing:targetgroup'),
  'AWS::IAM::OIDCProvider': byArn('iam:oidc-provider'),
  'AWS::IAM::Policy': ({ properties }, env) => ({
    'iam:role': list(properties.Roles).map((role) => arnOf('iam:role', env, role)),
  }),
  'AWS::IAM::Role': ({ model }) => ({ 'iam:role': model.Arn }),
  'AWS::KMS::Alias': ({ id, properties }, env) => ({
    'kms:alias': arnOf('kms:alias', env, id.replace('alias/', '')),
    ...key(properties.TargetKeyId, env),
  }),
  'AWS::KMS::Key': named('kms:key'),
  'AWS::Lambda::Function': named('lambda:function'),
  'AWS::Logs::LogGroup': named('logs:log-group'),
  'AWS::RDS::DBCluster': ({ id, properties }, env) => ({
    'rds:cluster': arnOf('rds:cluster', env, id),
    'secretsmanager:Secret': arnOf('secretsmanager:Secret', env, 'rds!cluster-00000000-AbCdEf'),
    ...database(env, properties),
    ...key(properties.KmsKeyId, env),
  }),
  'AWS::RDS::DBClusterParameterGroup': named('rds:cluster-pg'),
  'AWS::RDS::DBInstance': ({ id, properties }, env) => ({
    // That of its subnets.
    'ec2:vpc': arnOf('ec2:vpc', env, 'vpc-0'),
    'rds:db': arnOf('rds:db', env, id),
    'rds:cluster': list(properties.DBClusterIdentifier).map((name) => arnOf('rds:cluster', env, name)),
    ...database(env, properties),
    ...key(properties.PerformanceInsightsKMSKeyId ?? properties.KmsKeyId, env),
  }),
  'AWS::RDS::DBSubnetGroup': named('rds:subgrp'),
  'AWS::Route53::RecordSet': zones,
  'AWS::S3::Bucket': named('s3:bucket'),
  'AWS::S3::BucketPolicy': ({ properties }, env) => ({ 's3:bucket': arnOf('s3:bucket', env, properties.Bucket) }),
  'AWS::SNS::Topic': byArn('sns:topic'),
  'AWS::SNS::TopicPolicy': ({ properties }) => ({ 'sns:topic': list(properties.Topics) }),
  'AWS::SSM::Parameter': ({ id }, env) => ({ 'ssm:parameter': arnOf('ssm:parameter', env, id.replace(/^\//, '')) }),
  'AWS::SecretsManager::Secret': ({ id, properties }, env) => ({
    'secretsmanager:Secret': id,
    ...key(properties.KmsKeyId, env),
  }),
  // Cloud Map's zone of a namespace has an id of its own.
  'AWS::ServiceDiscovery::PrivateDnsNamespace': named('servicediscovery:namespace', 'route53:hostedzone'),
  'AWS::ServiceDiscovery::Service': ({ id, properties }, env) => ({
    'servicediscovery:service': arnOf('servicediscovery:service', env, id),
    'servicediscovery:namespace': arnOf(
      'servicediscovery:namespace',
      env,
      properties.NamespaceId ?? properties.DnsConfig?.NamespaceId,
    ),
    'route53:hostedzone': arnOf('route53:hostedzone', env, 'Z0123456789'),
  }),
};

/** The resources of these kinds that an action on the resource is asked for. Throws where they are not known. */
export function requestedArns(kinds: string[], resource: Resource, env: Environment): string[] {
  const known = types[resource.type]?.(resource, env) ?? {};
  const arns = kinds.flatMap((kind) => known[kind] ?? []);
  if (arns.length) return arns;
  throw new Error(`The local cloud does not know the ARN of a ${kinds.join(' or ')} for ${resource.type}`);
}

/** What is lost when a resource of the type is deleted or replaced. */
export type Loss = 'data' | 'traffic';

/**
 * Resource types that no delivery deletes or replaces. What is not here comes back as it was: aliases of keys, parameters and
 * alarms from the template, task definitions because they are retained, flow logs with a gap of seconds.
 */
export const guardedTypes: Readonly<Record<string, Loss>> = {
  // A new certificate is for another name, or waits for validation while the old one is in use.
  'AWS::CertificateManager::Certificate': 'traffic',
  // All that is in it goes with it.
  'AWS::CloudFormation::Stack': 'data',
  'AWS::CodeDeploy::Application': 'traffic',
  'AWS::CodeDeploy::DeploymentGroup': 'traffic',
  'AWS::DynamoDB::Table': 'data',
  'AWS::EC2::EIP': 'traffic',
  'AWS::EC2::InternetGateway': 'traffic',
  'AWS::EC2::NatGateway': 'traffic',
  'AWS::EC2::Route': 'traffic',
  'AWS::EC2::RouteTable': 'traffic',
  // Tasks in other stacks carry it, and the services of CODE_DEPLOY cannot be given another.
  'AWS::EC2::SecurityGroup': 'traffic',
  'AWS::EC2::Subnet': 'traffic',
  'AWS::EC2::SubnetRouteTableAssociation': 'traffic',
  'AWS::EC2::VPC': 'traffic',
  // A second endpoint cannot have the same private names while the first is there.
  'AWS::EC2::VPCEndpoint': 'traffic',
  'AWS::EC2::VPCGatewayAttachment': 'traffic',
  'AWS::ECR::Repository': 'data',
  'AWS::ECS::Cluster': 'traffic',
  'AWS::ECS::Service': 'traffic',
  'AWS::EFS::FileSystem': 'data',
  'AWS::ElasticLoadBalancingV2::Listener': 'traffic',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'traffic',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'traffic',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'traffic',
  'AWS::KMS::Key': 'data',
  'AWS::Logs::LogGroup': 'data',
  'AWS::RDS::DBCluster': 'data',
  'AWS::RDS::DBInstance': 'data',
  // A cluster in another subnet group is another cluster.
  'AWS::RDS::DBSubnetGroup': 'data',
  'AWS::Route53::RecordSet': 'traffic',
  'AWS::S3::Bucket': 'data',
  // Its subscriptions are made by people, and go with it.
  'AWS::SNS::Topic': 'data',
  'AWS::SecretsManager::Secret': 'data',
  'AWS::ServiceDiscovery::PrivateDnsNamespace': 'traffic',
  'AWS::ServiceDiscovery::Service': 'traffic',
};

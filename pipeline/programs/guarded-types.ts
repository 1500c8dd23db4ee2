/** What is lost when a resource of the type is deleted or replaced. */
export type Loss = 'data' | 'traffic';

/** Resource types that no delivery deletes or replaces. */
export const guardedTypes: Readonly<Record<string, Loss>> = {
  'AWS::CodeDeploy::Application': 'traffic',
  'AWS::CodeDeploy::DeploymentGroup': 'traffic',
  'AWS::DynamoDB::Table': 'data',
  'AWS::EC2::EIP': 'traffic',
  'AWS::EC2::InternetGateway': 'traffic',
  'AWS::EC2::NatGateway': 'traffic',
  'AWS::EC2::Subnet': 'traffic',
  'AWS::EC2::VPC': 'traffic',
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
  'AWS::S3::Bucket': 'data',
  'AWS::SecretsManager::Secret': 'data',
  'AWS::ServiceDiscovery::PrivateDnsNamespace': 'traffic',
  'AWS::ServiceDiscovery::Service': 'traffic',
};

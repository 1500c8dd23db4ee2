import { guardedTypes } from '../../../pipeline/programs/guarded-types';
import { protectingPolicy } from '../../../pipeline/programs/stack-policy';

test("the stack policy is far from CloudFormation's limit", () => {
  // AWS CloudFormation API Reference, "SetStackPolicy": 16384 characters at most.
  expect(JSON.stringify(protectingPolicy).length).toBeLessThan(0.7 * 16_384);
});

test.each([
  // What holds data.
  ...[
    'RDS::DBCluster',
    'RDS::DBInstance',
    'RDS::DBSubnetGroup',
    'SecretsManager::Secret',
    'KMS::Key',
    'Logs::LogGroup',
  ],
  ...['S3::Bucket', 'SNS::Topic', 'ECR::Repository'],
  // What carries traffic.
  ...[
    'ElasticLoadBalancingV2::LoadBalancer',
    'ElasticLoadBalancingV2::Listener',
    'ElasticLoadBalancingV2::ListenerRule',
  ],
  ...['ElasticLoadBalancingV2::TargetGroup', 'ECS::Cluster', 'ECS::Service', 'CodeDeploy::DeploymentGroup'],
  ...['EC2::VPC', 'EC2::Subnet', 'EC2::RouteTable', 'EC2::Route', 'EC2::NatGateway', 'EC2::EIP', 'EC2::SecurityGroup'],
  ...['EC2::VPCEndpoint', 'Route53::RecordSet', 'CertificateManager::Certificate', 'ServiceDiscovery::Service'],
])('AWS::%s is guarded, by the change guard and by the stack policy', (type) => {
  expect(guardedTypes).toHaveProperty([`AWS::${type}`]);
  const guarded = { StringEquals: { ResourceType: expect.arrayContaining([`AWS::${type}`]) } };
  expect(protectingPolicy.Statement[1]).toMatchObject({ Effect: 'Deny', Condition: guarded });
});

test.each(['KMS::Alias', 'SSM::Parameter', 'ECS::TaskDefinition', 'CloudWatch::Alarm', 'EC2::FlowLog'])(
  'AWS::%s may be replaced: nothing is lost',
  (type) => expect(guardedTypes).not.toHaveProperty([`AWS::${type}`]),
);

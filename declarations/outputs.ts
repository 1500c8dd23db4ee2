/** What each stack of a stage tells. Lists are joined with commas. Programs read these with DescribeStacks. */
export interface NetworkOutputs {
  VpcId: string;
  PublicSubnetIds: string;
  PrivateSubnetIds: string;
  /** Public addresses of the NAT gateways. */
  NatAddresses: string;
}
export interface PlatformOutputs {
  ClusterName: string;
  ClusterArn: string;
  LoadBalancerName: string;
  LoadBalancerArn: string;
  LoadBalancerDnsName: string;
  LoadBalancerSecurityGroupId: string;
  ProductionListenerArn: string;
  TestListenerArn: string;
  NamespaceId: string;
  NamespaceName: string;
  /** Lambda function that sends HTTP requests from within the VPC. */
  ProbeFunctionName: string;
  AccessLogBucketName: string;
  LogKeyArn: string;
}
export interface ServiceOutputs {
  ServiceName: string;
  ServiceArn: string;
  /** Revision that this deploy made. */
  TaskDefinitionArn: string;
  SecurityGroupId: string;
  LogGroupName: string;
  RepositoryUri: string;
  /** Hash of the image's build context. */
  ImageTag: string;
}
/** Beside these, a BLUE_GREEN service tells: */
export interface BlueGreenOutputs extends ServiceOutputs {
  BlueTargetGroupArn: string;
  GreenTargetGroupArn: string;
  ProductionRuleArn: string;
  TestRuleArn: string;
  DeploymentApplicationName: string;
  DeploymentGroupName: string;
}

/** Listener ports of the load balancer. */
export const productionPort = 443;
export const testPort = 9443;

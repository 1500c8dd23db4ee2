/** What each stack of a stage tells. Lists are joined with commas. Programs read these with DescribeStacks. */
export interface NetworkOutputs {
  VpcId: string;
  PublicSubnetIds: string;
  PrivateSubnetIds: string;
  /** Subnets of the database; absent where there is none. */
  IsolatedSubnetIds?: string;
  /** Public addresses of the NAT gateways. */
  NatAddresses: string;
  /** VPC endpoints; absent where there are none. */
  EndpointIds?: string;
  FlowLogGroupName: string;
  /** Key that encrypts log groups and the alarms' topic. */
  TelemetryKeyArn: string;
  LoadBalancerSecurityGroupId: string;
}
/** Where the system has a database: */
export interface DatabaseOutputs {
  DatabaseClusterId: string;
  DatabaseEndpoint: string;
  DatabaseReaderEndpoint: string;
  DatabaseSecretArn: string;
  DatabaseSecurityGroupId: string;
  DatabaseKeyArn: string;
}
/** Where the system has a database or secrets of its own: */
export interface SecretOutputs {
  /** Secrets that the system declares; absent where the database's is the only one. */
  SecretArns?: string;
  SecretsKeyArn: string;
}
export interface PlatformOutputs {
  ClusterName: string;
  ClusterArn: string;
  LoadBalancerName: string;
  LoadBalancerArn: string;
  LoadBalancerDnsName: string;
  CertificateArn: string;
  AlarmTopicArn: string;
  ProductionListenerArn: string;
  TestListenerArn: string;
  NamespaceId: string;
  NamespaceName: string;
  /** Lambda function that sends HTTP requests from within the VPC. */
  ProbeFunctionName: string;
  AccessLogBucketName: string;
}
/** Where the system has a dashboard: */
export interface ObservabilityOutputs {
  DashboardName: string;
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
/** Port of PostgreSQL. */
export const databasePort = 5432;

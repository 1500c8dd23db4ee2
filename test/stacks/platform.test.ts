import { environmentNames, plain, resources, synthesize, theOnly } from './support';

const { templates, stages } = synthesize();

describe.each(environmentNames)('platform of %s', (environment) => {
  const template = templates[environment]!.platform!;
  const properties = (type: string) => theOnly(template, type).Properties;

  test('cluster: Container Insights, both capacity providers, the default strategy of the services', () => {
    expect(properties('AWS::ECS::Cluster')).toMatchObject({
      ClusterName: `payment-cluster-${environment}`,
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }],
    });
  });

  test('load balancer: public, in the public subnets, with access logs, dropping headers that are none', () => {
    const balancer = theOnly(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer.Properties).toMatchObject({
      Name: `payment-alb-${environment}`,
      Scheme: 'internet-facing',
      Type: 'application',
      LoadBalancerAttributes: expect.arrayContaining([
        { Key: 'access_logs.s3.enabled', Value: 'true' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ]),
    });
    expect(JSON.stringify(balancer.Properties.Subnets).match(/publicSubnet\d/g)).toHaveLength(3);
    expect(balancer.DependsOn).toContain(resources(template, 'AWS::S3::BucketPolicy')[0]![0]);
  });

  test('listeners: HTTPS only, TLS 1.3 policy, the certificate, 404 unless a rule says otherwise', () => {
    const listeners = resources(template, 'AWS::ElasticLoadBalancingV2::Listener').map(([, l]) => l.Properties);
    expect(listeners.map((l) => l.Port)).toEqual([443, 9443]);
    for (const listener of listeners) {
      expect(listener).toMatchObject({
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
        Certificates: [{ CertificateArn: expect.stringContaining(':certificate/one') }],
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      });
    }
  });

  test('log key: rotating, gone after 7 days, for log groups of this account and region only', () => {
    const { EnableKeyRotation, PendingWindowInDays, KeyPolicy } = properties('AWS::KMS::Key');
    expect([EnableKeyRotation, PendingWindowInDays]).toEqual([true, 7]);
    expect(JSON.stringify(KeyPolicy)).toMatch(
      /"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:us-east-1:\d{12}:log-group:\*"/,
    );
    expect(properties('AWS::KMS::Alias').AliasName).toBe(`alias/payment-logs-${environment}`);
  });

  test('access logs: private, encrypted, TLS only, written by load balancers of this account', () => {
    expect(properties('AWS::S3::Bucket')).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(properties('AWS::S3::BucketPolicy').PolicyDocument!.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
        Action: 's3:PutObject',
        Condition: {
          ArnLike: {
            'aws:SourceArn': expect.stringMatching(/^arn:aws:elasticloadbalancing:us-east-1:\d{12}:loadbalancer\/\*$/),
          },
        },
      }),
    ]);
  });

  test('alarms may tell their topic, over TLS only', () => {
    expect(properties('AWS::SNS::TopicPolicy').PolicyDocument!.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    ]);
  });

  test('probe: in private subnets, with its own log group', () => {
    const probe = properties('AWS::Lambda::Function');
    expect(probe).toMatchObject({
      FunctionName: `payment-probe-${environment}`,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
    });
    expect(JSON.stringify(probe.VpcConfig!.SubnetIds).match(/privateSubnet\d/g)).toHaveLength(3);
    expect(properties('AWS::Logs::LogGroup')).toMatchObject({
      LogGroupName: `/aws/lambda/payment-probe-${environment}`,
      RetentionInDays: 30,
    });
  });

  test('names within the VPC, and one CodeDeploy application', () => {
    expect(properties('AWS::ServiceDiscovery::PrivateDnsNamespace').Name).toBe(`payment-${environment}.internal`);
    expect(properties('AWS::CodeDeploy::Application')).toMatchObject({
      ApplicationName: `payment-${environment}`,
      ComputePlatform: 'ECS',
    });
  });

  test('outputs', () => {
    const { Outputs } = template;
    expect(Object.keys(Outputs).filter((key) => !key.startsWith('Exports'))).toEqual([
      'ClusterName',
      'ClusterArn',
      'LoadBalancerName',
      'LoadBalancerArn',
      'LoadBalancerDnsName',
      'LoadBalancerSecurityGroupId',
      'ProductionListenerArn',
      'TestListenerArn',
      'NamespaceId',
      'NamespaceName',
      'ProbeFunctionName',
      'AccessLogBucketName',
      'LogKeyArn',
    ]);
    expect(plain(Outputs.ProductionListenerArn!.Value)).toContain('Production');
    expect(plain(Outputs.TestListenerArn!.Value)).toContain('Test');
  });
});

describe.each(environmentNames)('what happens to data of %s when its stack goes', (environment) => {
  const expected = environment === 'prod' ? ['RetainExceptOnCreate', 'Retain'] : ['Delete', 'Delete'];
  const { platform, 'payment-api': api, 'fraud-detection': fraud } = templates[environment]!;

  test.each([
    ['access logs', platform!, 'AWS::S3::Bucket'],
    ['log key', platform!, 'AWS::KMS::Key'],
    ['logs of payment-api', api!, 'AWS::Logs::LogGroup'],
    ['logs of fraud-detection', fraud!, 'AWS::Logs::LogGroup'],
  ])('%s', (_, template, type) => {
    const { DeletionPolicy, UpdateReplacePolicy } = theOnly(template, type);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(expected);
  });

  test('stacks are protected in prod only', () => {
    const stage = stages.find((s) => s.environment.name === environment)!;
    expect(stage.network.terminationProtection).toBe(environment === 'prod');
  });
});

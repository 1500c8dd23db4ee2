import { systems } from '../../stages/systems';
import {
  accounts,
  environmentNames,
  environments,
  plain,
  resources,
  synthesize,
  synthesized,
  theOnly,
} from './support';

const { templates, stacks } = synthesized('payment-platform');

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

  test('alarms may tell their topic, over TLS only, and it is encrypted by the telemetry key', () => {
    expect(properties('AWS::SNS::Topic')).toMatchObject({
      TopicName: `payment-alarms-${environment}`,
      KmsMasterKeyId: { 'Fn::ImportValue': expect.stringContaining('TelemetryKey') },
    });
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
      KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('TelemetryKey') },
    });
    expect(JSON.stringify(probe.VpcConfig!.SecurityGroupIds)).toContain('GroupsProbe');
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
      'CertificateArn',
      'AlarmTopicArn',
      'ProductionListenerArn',
      'TestListenerArn',
      'NamespaceId',
      'NamespaceName',
      'ProbeFunctionName',
      'AccessLogBucketName',
    ]);
    expect(plain(Outputs.ProductionListenerArn!.Value)).toContain('Production');
    expect(plain(Outputs.TestListenerArn!.Value)).toContain('Test');
  });
});

describe.each(environmentNames)('what happens to data of %s when its stack goes', (environment) => {
  const expected = environment === 'prod' ? ['RetainExceptOnCreate', 'Retain'] : ['Delete', 'Delete'];
  const { network, platform, 'payment-api': api, 'fraud-detection': fraud } = templates[environment]!;

  test.each([
    ['access logs', platform!, 'AWS::S3::Bucket'],
    ['telemetry key', network!, 'AWS::KMS::Key'],
    ['flow logs', network!, 'AWS::Logs::LogGroup'],
    ['logs of payment-api', api!, 'AWS::Logs::LogGroup'],
    ['logs of fraud-detection', fraud!, 'AWS::Logs::LogGroup'],
  ])('%s', (_, template, type) => {
    const { DeletionPolicy, UpdateReplacePolicy } = theOnly(template, type);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(expected);
  });

  test('stacks are protected in prod only', () => {
    const isProtected = stacks[environment]!.map(({ terminationProtection }) => terminationProtection);
    expect(isProtected).toEqual(Array(9).fill(environment === 'prod'));
  });
});

test.each(systems)('the cluster of $name has the ratio of its first service as its default', ({ name, services }) => {
  const { Properties } = theOnly(synthesized(name).templates.prod!.platform!, 'AWS::ECS::Cluster');
  expect(Properties.DefaultCapacityProviderStrategy).toEqual(
    services[0]!.capacity.map(({ provider, base, weight }) => ({
      CapacityProvider: provider,
      Base: base,
      Weight: weight,
    })),
  );
});

test('a name in a hosted zone gets a certificate, validated by DNS, and leads to the load balancer', () => {
  const certificate = { domainName: 'pay.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
  const template = synthesize({ into: [{ ...environments[0]!, certificate }] }).templates.dev!.platform!;
  const [id, made] = resources(template, 'AWS::CertificateManager::Certificate')[0]!;
  expect(made.Properties).toMatchObject({
    DomainName: 'pay.example.com',
    ValidationMethod: 'DNS',
    DomainValidationOptions: [{ DomainName: 'pay.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    Tags: expect.arrayContaining([{ Key: 'Name', Value: 'pay.example.com' }]),
  });
  for (const [, listener] of resources(template, 'AWS::ElasticLoadBalancingV2::Listener'))
    expect(listener.Properties.Certificates).toEqual([{ CertificateArn: { Ref: id } }]);
  expect(template.Outputs.CertificateArn!.Value).toEqual({ Ref: id });
  const [balancer] = resources(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')[0]!;
  expect(theOnly(template, 'AWS::Route53::RecordSet').Properties).toEqual({
    HostedZoneId: 'Z0123456789ABCDEFGHIJ',
    Name: 'pay.example.com',
    Type: 'A',
    AliasTarget: {
      DNSName: { 'Fn::GetAtt': [balancer, 'DNSName'] },
      HostedZoneId: { 'Fn::GetAtt': [balancer, 'CanonicalHostedZoneID'] },
    },
  });
});

test('a certificate that there is makes neither a certificate nor a record', () => {
  const { platform } = templates.dev!;
  expect(platform!.Outputs.CertificateArn!.Value).toBe(`arn:aws:acm:us-east-1:${accounts.dev}:certificate/one`);
  expect(resources(platform!, 'AWS::CertificateManager::Certificate')).toEqual([]);
  expect(resources(platform!, 'AWS::Route53::RecordSet')).toEqual([]);
});

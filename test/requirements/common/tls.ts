import type { Topic } from '../row';

export const tls: Topic = {
  topic: 'TLS',
  rows: [
    {
      requirement: 'HTTPS only',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      property: 'Protocol',
      all: ['HTTPS', 'HTTPS'],
    },
    {
      requirement: 'TLS 1.2 or newer (a TLS 1.3 policy by default)',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      property: 'SslPolicy',
      each: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    },
    {
      requirement: 'database connections require TLS',
      systems: ['multi-tier', 'payment-platform'],
      stack: 'data',
      type: 'AWS::RDS::DBClusterParameterGroup',
      property: 'Parameters',
      is: { 'rds.force_ssl': '1' },
    },
    {
      requirement: 'database connections require TLS: the cluster has these parameters',
      systems: ['multi-tier', 'payment-platform'],
      stack: 'data',
      type: 'AWS::RDS::DBCluster',
      property: 'DBClusterParameterGroupName',
      is: 'data.DatabaseParameters',
    },
    {
      requirement: 'The certificate is an ARN',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      property: 'Certificates',
      each: ({ account, region }) => [{ CertificateArn: `arn:aws:acm:${region}:${account}:certificate/one` }],
    },
    {
      requirement: 'or a domain in a hosted zone (DNS validation, alias record, checks with SNI)',
      proved: [
        {
          in: 'test/stacks/platform.test.ts',
          by: 'a name in a hosted zone gets a certificate, validated by DNS, and leads to the load balancer',
        },
        { in: 'integration-tests/support/probe.ts', by: 'the certificate is verified for it (SNI)' },
      ],
    },
    {
      requirement: 'For dev and rehearsals a command makes a self-signed one and imports it into ACM beforehand',
      proved: [{ in: 'test/scripts/certificate.test.ts', by: 'gets it imported, tagged, and entered' }],
    },
    {
      requirement: 'its key never touches a template',
      proved: [{ in: 'test/scripts/certificate.test.ts', by: 'its key is on no disk' }],
    },
    {
      requirement: 'A missing certificate is a clear error at synthesis',
      proved: [{ in: 'test/stages/configuration.test.ts', by: "describe('the certificate'" }],
    },
  ],
};

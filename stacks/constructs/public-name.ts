import { aws_certificatemanager as acm, aws_route53 as route53, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import type { LoadBalancer } from './load-balancer';

/** The certificate that the load balancer shows, and where the environment has a hosted zone, the name that leads to it. */
export class PublicName extends Construct {
  readonly certificateArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly certificate: Environment['certificate'],
  ) {
    super(scope, id);
    this.certificateArn = 'arn' in certificate ? certificate.arn : this.validated(certificate);
  }

  /** Leads the name to the load balancer; where somebody else keeps the name, does nothing. */
  leadTo({ resource }: LoadBalancer): void {
    if ('arn' in this.certificate) return;
    const { domainName, hostedZoneId } = this.certificate;
    new route53.CfnRecordSet(this, 'Record', {
      hostedZoneId,
      name: domainName,
      type: 'A',
      aliasTarget: { dnsName: resource.attrDnsName, hostedZoneId: resource.attrCanonicalHostedZoneId },
    });
  }

  /**
   * CloudFormation writes ACM's validation record into the zone (AWS, "AWS::CertificateManager::Certificate", DomainValidationOptions), and
   * leaves it there when the certificate goes (cloudformation-coverage-roadmap#1603).
   */
  private validated({ domainName, hostedZoneId }: { domainName: string; hostedZoneId: string }): string {
    const certificate = new acm.CfnCertificate(this, 'Certificate', {
      domainName,
      validationMethod: 'DNS',
      domainValidationOptions: [{ domainName, hostedZoneId }],
    });
    Tags.of(certificate).add('Name', domainName);
    return certificate.ref;
  }
}

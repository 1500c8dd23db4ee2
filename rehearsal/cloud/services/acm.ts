import { X509Certificate, createHash, randomUUID } from 'node:crypto';
import * as acmSdk from '@aws-sdk/client-acm';
import { generate } from 'selfsigned';
import type { ServiceModule } from '../module';
import type { Environment } from '../state';
import { AwsError, service } from '../wire/service';

/** A certificate with its key, as a load balancer uses it. */
export interface StoredCertificate {
  arn: string;
  domain: string;
  cert: string;
  key: string;
  chain?: string;
  imported: Date;
  tags: { Key: string; Value?: string }[];
}

const certificates = (env: Environment) => env.shelf<StoredCertificate>('acm certificates');

/** The certificate of this account and region, if there is one: load balancers see no other region's. */
export const certificate = (env: Environment, arn: string): StoredCertificate | undefined => certificates(env).get(arn);

/**
 * Puts a self-signed certificate under an ARN of the caller's choosing: what somebody has imported before the first
 * deployment, because CloudFormation cannot. Valid for a year; an existing one stays.
 */
export async function seedCertificate(env: Environment, arn: string, domain: string): Promise<StoredCertificate> {
  const known = certificates(env).get(arn);
  if (known) return known;
  const made = await generate([{ name: 'commonName', value: domain }], {
    keyType: 'ec', // a tenth of a second faster than RSA
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: domain }] }],
  });
  const stored = { arn, domain, cert: made.cert, key: made.private, imported: env.cloud.clock.now(), tags: [] };
  certificates(env).set(arn, stored);
  return stored;
}

function algorithms({ publicKey }: X509Certificate) {
  const elliptic = publicKey.asymmetricKeyType === 'ec';
  return elliptic
    ? { KeyAlgorithm: 'EC_prime256v1' as const, SignatureAlgorithm: 'SHA256WITHECDSA' }
    : { KeyAlgorithm: 'RSA_2048' as const, SignatureAlgorithm: 'SHA256WITHRSA' };
}

/** Common name of a certificate's subject, and all the names it is for. */
function namesOf(cert: string): { domain: string; all: string[] } {
  const parsed = new X509Certificate(cert);
  const domain = /^CN=(.+)$/m.exec(parsed.subject)?.[1] ?? 'unknown';
  const others = [...(parsed.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map((m) => m[1]!);
  return { domain, all: [...new Set([domain, ...others])] };
}

export const acm: ServiceModule = {
  api: (cloud) => {
    const of = (context: { account: string; region: string }) => cloud.environment(context.account, context.region);
    const find = (env: Environment, arn = '') => {
      const found = certificate(env, arn);
      if (!found) throw notFound(env, arn);
      return found;
    };
    return service(acmSdk)({
      ImportCertificate: (input, context) => {
        const env = of(context);
        const text = (bytes?: Uint8Array) => (bytes ? Buffer.from(bytes).toString('utf8') : undefined);
        const cert = text(input.Certificate) ?? '';
        const key = text(input.PrivateKey) ?? '';
        const invalid = (what: string) =>
          new AwsError('ValidationException', `${what} is not a valid PEM-encoded value.`);
        let domain: string;
        try {
          domain = namesOf(cert).domain;
        } catch {
          throw invalid('The certificate field');
        }
        if (!/PRIVATE KEY/.test(key)) throw invalid('The private key field');
        const arn = input.CertificateArn ?? env.arn('acm', `certificate/${randomUUID()}`);
        if (input.CertificateArn) find(env, arn);
        const tags = (input.Tags ?? []).map((t) => ({ Key: t.Key!, Value: t.Value }));
        certificates(env).set(arn, {
          ...{ arn, domain, cert, key, tags },
          chain: text(input.CertificateChain),
          imported: cloud.clock.now(),
        });
        return { CertificateArn: arn };
      },
      DescribeCertificate: (input, context) => {
        const env = of(context);
        const found = find(env, input.CertificateArn);
        const parsed = new X509Certificate(found.cert);
        const users = env
          .list('AWS::ElasticLoadBalancingV2::Listener')
          .filter((l) => (l.model.Certificates ?? []).some((c: any) => c.CertificateArn === found.arn));
        return {
          Certificate: {
            CertificateArn: found.arn,
            DomainName: found.domain,
            SubjectAlternativeNames: namesOf(found.cert).all,
            Serial: parsed.serialNumber.match(/../g)?.join(':').toLowerCase(),
            Subject: parsed.subject.replaceAll('\n', ','),
            Issuer: parsed.issuer.replaceAll('\n', ','),
            ImportedAt: found.imported,
            Status: 'ISSUED',
            NotBefore: new Date(parsed.validFrom),
            NotAfter: new Date(parsed.validTo),
            ...algorithms(parsed),
            InUseBy: [...new Set(users.map((l) => l.properties.LoadBalancerArn as string))],
            Type: 'IMPORTED',
            RenewalEligibility: 'INELIGIBLE',
          },
        };
      },
      ListCertificates: (_input, context) => ({
        CertificateSummaryList: [...certificates(of(context)).values()].map(({ arn, domain }) => ({
          CertificateArn: arn,
          DomainName: domain,
          Status: 'ISSUED' as const,
          Type: 'IMPORTED' as const,
        })),
      }),
      GetCertificate: (input, context) => {
        const { cert, chain } = find(of(context), input.CertificateArn);
        return { Certificate: cert, CertificateChain: chain ?? cert };
      },
      ListTagsForCertificate: (input, context) => ({ Tags: find(of(context), input.CertificateArn).tags as any }),
      AddTagsToCertificate: (input, context) => {
        find(of(context), input.CertificateArn).tags.push(...((input.Tags ?? []) as StoredCertificate['tags']));
        return {};
      },
      DeleteCertificate: (input, context) => {
        const env = of(context);
        certificates(env).delete(find(env, input.CertificateArn).arn);
        return {};
      },
    });
  },
};

const notFound = (env: Environment, arn: string) =>
  new AwsError('ResourceNotFoundException', `Could not find certificate ${arn} in account ${env.account}.`);

/** An ARN for a certificate that is to be seeded: the same for the same domain. */
export function certificateArn(env: Environment, domain: string): string {
  const hex = createHash('sha256').update(`${env.account} ${env.region} ${domain}`).digest('hex');
  return env.arn(
    'acm',
    `certificate/${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}

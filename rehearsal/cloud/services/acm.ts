import { X509Certificate, createHash, randomUUID } from 'node:crypto';
import * as acmSdk from '@aws-sdk/client-acm';
import { HandlerError } from '../cloudformation/handler-error';
import { hash } from '../hash';
import type { ResourceType, ServiceModule } from '../module';
import { certificateAuthority } from '../runtime/certificate-authority';
import type { Environment, Resource, Values } from '../state';
import { AwsError, service } from '../wire/service';
import { hasRecord, putRecord } from './route-53';

/** A certificate with its key, as a load balancer uses it. */
export interface StoredCertificate {
  arn: string;
  domain: string;
  cert: string;
  key: string;
  chain?: string;
  imported: Date;
  /** ACM's own, or one that somebody brought. */
  type: 'IMPORTED' | 'AMAZON_ISSUED';
  tags: { Key: string; Value?: string }[];
}

const certificates = (env: Environment) => env.shelf<StoredCertificate>('acm certificates');

/** The certificate of this account and region, if there is one: load balancers see no other region's. */
export const certificate = (env: Environment, arn: string): StoredCertificate | undefined => certificates(env).get(arn);

/**
 * Puts a certificate under an ARN of the caller's choosing: what somebody has imported before the first deployment, because
 * CloudFormation cannot. It is issued by the cloud's own authority, valid for a year; an existing one stays.
 */
export async function seedCertificate(env: Environment, arn: string, domain: string): Promise<StoredCertificate> {
  return certificates(env).get(arn) ?? issue(env, arn, [domain], 'IMPORTED');
}

async function issue(
  env: Environment,
  arn: string,
  names: string[],
  type: StoredCertificate['type'],
  tags: StoredCertificate['tags'] = [],
) {
  const authority = await certificateAuthority(env.cloud);
  const { key, certificate: cert } = await authority.issue(names);
  const imported = env.cloud.clock.now();
  const stored = { arn, domain: names[0]!, cert, key, chain: authority.certificate, imported, type, tags };
  certificates(env).set(arn, stored);
  return stored;
}

/** ARNs of the load balancers that show the certificate. */
function usersOf(env: Environment, arn: string): string[] {
  const shows = (r: Resource) => (r.model.Certificates ?? []).some((c: Values) => c.CertificateArn === arn);
  const listeners = env.list('AWS::ElasticLoadBalancingV2::Listener');
  const more = env.list('AWS::ElasticLoadBalancingV2::ListenerCertificate').filter(shows);
  const found = listeners.filter((l) => shows(l) || more.some((m) => m.properties.ListenerArn === l.id));
  return [...new Set(found.map((l) => l.properties.LoadBalancerArn as string))];
}

/** The record by which ACM sees that a name is its owner's: the same for the same name and account. */
function validationRecord(env: Environment, domain: string) {
  const name = domain.replace(/^\*\./, '');
  const token = hash(`${env.account} ${name}`, 32);
  return { Name: `_${token}.${name}.`, Type: 'CNAME' as const, Value: `_${hash(token, 32)}.acm-validations.aws.` };
}

/** Hours of AWS's that a certificate which nobody validates holds its stack. Source: aws/aws-cdk#5155 (until the stack times out); the figure is ours. */
const patience = 3;

/** CloudFormation writes the record into the zones that the template names; without one it waits for somebody to do it. */
const certificateType: ResourceType = {
  attributes: ({ env, hex }) => {
    const id = [8, 4, 4, 4, 12].map((length, i) => hex(length, String(i))).join('-');
    const CertificateArn = env.arn('acm', `certificate/${id}`);
    return { CertificateArn, Id: CertificateArn };
  },
  async created({ id, model }, env, signal) {
    const names: string[] = [...new Set([model.DomainName, ...(model.SubjectAlternativeNames ?? [])])];
    if (model.ValidationMethod !== 'DNS')
      throw new HandlerError('InvalidRequest', 'The local cloud validates by DNS only: set ValidationMethod to DNS');
    for (const { DomainName, HostedZoneId } of (model.DomainValidationOptions ?? []) as Values[]) {
      if (!HostedZoneId) continue;
      const { Name, Type, Value } = validationRecord(env, DomainName);
      try {
        putRecord(env.cloud, env.account, HostedZoneId, { Name, Type, TTL: 300, ResourceRecords: [{ Value }] });
      } catch (error) {
        throw new HandlerError('InvalidRequest', `${(error as Error).message} (Service: Route53, Status Code: 400)`);
      }
    }
    const isValidated = () =>
      names.every((name) => {
        const { Name, Type, Value } = validationRecord(env, name);
        return hasRecord(env.cloud, env.account, Name, Type, Value);
      });
    const { clock } = env.cloud;
    for (let waited = 0; !isValidated(); waited += 30) {
      if (signal.aborted) return;
      if (waited > patience * 3600)
        throw new HandlerError(
          'NotStabilized',
          `The certificate for ${model.DomainName} is still in PENDING_VALIDATION: its validation records are in no hosted zone of the account`,
        );
      await clock.sleep(30, signal);
    }
    await issue(env, id, names, 'AMAZON_ISSUED', model.Tags ?? []);
  },
  deleted: (resource, env) => void certificates(env).delete(resource.id),
};

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
  resources: { 'AWS::CertificateManager::Certificate': certificateType },
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
        if (input.CertificateArn && find(env, arn).type !== 'IMPORTED')
          throw new AwsError('ValidationException', `Certificate ${arn} was issued by ACM and cannot be re-imported.`);
        const tags = (input.Tags ?? []).map((t) => ({ Key: t.Key!, Value: t.Value }));
        certificates(env).set(arn, {
          ...{ arn, domain, cert, key, tags, type: 'IMPORTED' },
          chain: text(input.CertificateChain),
          imported: cloud.clock.now(),
        });
        return { CertificateArn: arn };
      },
      DescribeCertificate: (input, context) => {
        const env = of(context);
        const found = find(env, input.CertificateArn);
        const parsed = new X509Certificate(found.cert);
        return {
          Certificate: {
            CertificateArn: found.arn,
            DomainName: found.domain,
            SubjectAlternativeNames: namesOf(found.cert).all,
            Serial: parsed.serialNumber.match(/../g)?.join(':').toLowerCase(),
            Subject: parsed.subject.replaceAll('\n', ','),
            Issuer: parsed.issuer.replaceAll('\n', ','),
            ...(found.type === 'IMPORTED'
              ? { ImportedAt: found.imported }
              : {
                  CreatedAt: found.imported,
                  IssuedAt: found.imported,
                  DomainValidationOptions: validations(env, found),
                }),
            Status: 'ISSUED',
            NotBefore: new Date(parsed.validFrom),
            NotAfter: new Date(parsed.validTo),
            ...algorithms(parsed),
            InUseBy: usersOf(env, found.arn),
            Type: found.type,
            RenewalEligibility: found.type === 'IMPORTED' ? 'INELIGIBLE' : 'ELIGIBLE',
          },
        };
      },
      ListCertificates: (input, context) => {
        // Without a word on key types, ACM tells of RSA keys of 1024 and 2048 bits only.
        const keyTypes: string[] = input.Includes?.keyTypes ?? ['RSA_1024', 'RSA_2048'];
        const { CertificateStatuses: statuses } = input;
        const found = statuses && !statuses.includes('ISSUED') ? [] : [...certificates(of(context)).values()];
        return {
          CertificateSummaryList: found
            .map((c) => ({ ...c, ...algorithms(new X509Certificate(c.cert)) }))
            .filter((c) => keyTypes.includes(c.KeyAlgorithm))
            .map(({ arn, domain, type, KeyAlgorithm }) => ({
              CertificateArn: arn,
              DomainName: domain,
              Status: 'ISSUED' as const,
              Type: type,
              KeyAlgorithm,
              InUse: usersOf(of(context), arn).length > 0,
            })),
        };
      },
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
        const { arn } = find(env, input.CertificateArn);
        if (usersOf(env, arn).length)
          throw new AwsError('ResourceInUseException', `Certificate ${arn} in account ${env.account} is in use.`);
        certificates(env).delete(arn);
        return {};
      },
    });
  },
};

const validations = (env: Environment, { cert }: StoredCertificate) =>
  namesOf(cert).all.map((DomainName) => ({
    ...{ DomainName, ValidationStatus: 'SUCCESS' as const, ValidationMethod: 'DNS' as const },
    ResourceRecord: validationRecord(env, DomainName),
  }));

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

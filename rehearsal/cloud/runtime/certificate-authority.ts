// One authority for each local cloud. It stands in for the public ones, Amazon's among them, that containers trust.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { Cloud } from '../state';

/** Key and certificate in PEM. */
export interface IssuedCertificate {
  key: string;
  certificate: string;
}

export interface CertificateAuthority {
  /** Its own certificate, in PEM. */
  certificate: string;
  /** File that holds the certificate: what NODE_EXTRA_CA_CERTS names. */
  file: string;
  /** A certificate for a server with these DNS names, valid for a year from yesterday on. */
  issue(names: string[]): Promise<IssuedCertificate>;
}

const authorities = new WeakMap<Cloud, Promise<CertificateAuthority>>();

/** Where the authority's certificate is, once certificateAuthority() has resolved. */
export const authorityFile = (cloud: Cloud): string => join(cloud.directory, 'certificate-authority.pem');

/** The one authority of the cloud. Its key stays in memory. */
export function certificateAuthority(cloud: Cloud): Promise<CertificateAuthority> {
  const found = authorities.get(cloud) ?? establish(cloud);
  authorities.set(cloud, found);
  return found;
}

const day = 24 * 60 * 60 * 1000;
// Elliptic keys are a tenth of a second faster than RSA. Clocks of clients may be behind: valid since yesterday.
const common = () => ({
  keyType: 'ec' as const,
  curve: 'P-256' as const,
  algorithm: 'sha256',
  notBeforeDate: new Date(Date.now() - day),
  notAfterDate: new Date(Date.now() + 364 * day),
});

async function establish(cloud: Cloud): Promise<CertificateAuthority> {
  const own = await generate([{ name: 'commonName', value: 'Certificate authority of a local cloud' }], {
    ...common(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const file = authorityFile(cloud);
  mkdirSync(cloud.directory, { recursive: true });
  writeFileSync(file, own.cert);
  return {
    certificate: own.cert,
    file,
    async issue(names) {
      // A common name has 64 characters at most; clients look at the alternative names only.
      const made = await generate([{ name: 'commonName', value: names[0]!.slice(0, 64) }], {
        ...common(),
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
        ],
      });
      return { key: made.private, certificate: made.cert };
    },
  };
}

import { generate } from 'selfsigned';

/** A certificate and its key, in PEM. */
export interface Certificate {
  certificate: string;
  privateKey: string;
}

/**
 * A self-signed certificate for the name: 2048-bit RSA, which every client of an Application Load Balancer speaks, valid for
 * 365 days from now. Its key exists in memory only.
 */
export async function selfSigned(domain: string, now = new Date()): Promise<Certificate> {
  const notAfterDate = new Date(now.getTime() + 365 * 24 * 3600e3);
  const made = await generate([{ name: 'commonName', value: domain }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: domain }] },
    ],
  });
  return { certificate: made.cert, privateKey: made.private };
}

import { type ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm';
import type { Certificate } from './self-signed';

/** Imports the certificate into ACM with the tags. Returns its ARN. */
export async function importCertificate(
  acm: ACMClient,
  { certificate, privateKey }: Certificate,
  tags: Record<string, string>,
): Promise<string> {
  const bytes = (pem: string) => new TextEncoder().encode(pem);
  const { CertificateArn } = await acm.send(
    new ImportCertificateCommand({
      Certificate: bytes(certificate),
      PrivateKey: bytes(privateKey),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  if (!CertificateArn) throw new Error('ACM imported the certificate and gave no ARN for it');
  return CertificateArn;
}

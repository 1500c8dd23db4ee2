import { basePath } from '../../declarations/effective';
import type { Environment } from '../../declarations/environment';
import type { Service } from '../../declarations/system';

export interface CallUrlsProps {
  readonly called: Service[];
  readonly environment: Environment;
  /** Name of the Cloud Map namespace. */
  readonly namespace: string;
}

/**
 * Where a service finds those that it calls, by variable: FRAUD_DETECTION_URL for fraud-detection. A rolling service by its
 * Cloud Map name; a blue/green one through the load balancer, because Cloud Map also answers with a green that is still held.
 */
export function callUrls({ called, environment, namespace }: CallUrlsProps): Record<string, string> {
  const url = (service: Service): string => {
    if (service.release === 'ROLLING') return `http://${service.name}.${namespace}:${service.port}`;
    return `https://${environment.certificate.domainName}${basePath(service).slice(0, -1)}`;
  };
  return Object.fromEntries(called.map((s) => [`${s.name.toUpperCase().replaceAll('-', '_')}_URL`, url(s)]));
}

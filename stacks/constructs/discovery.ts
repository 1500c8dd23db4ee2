import { aws_servicediscovery as servicediscovery } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Service } from '../../declarations/system';

export interface DiscoveryProps {
  readonly service: Pick<Service, 'name'>;
  /** Id of the Cloud Map namespace. */
  readonly namespaceId: string;
}

/** The name that a service's tasks are found by: {service}.{namespace}, an address for each task, a held green's too. */
export class Discovery extends servicediscovery.CfnService {
  constructor(scope: Construct, id: string, { service, namespaceId }: DiscoveryProps) {
    super(scope, id, {
      name: service.name,
      dnsConfig: { namespaceId, routingPolicy: 'MULTIVALUE', dnsRecords: [{ type: 'A', ttl: 10 }] },
      healthCheckCustomConfig: { failureThreshold: 1 },
    });
  }
}

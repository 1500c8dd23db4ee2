import { readFileSync } from 'node:fs';
import {
  DiscoverInstancesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { addressBook } from '../../cloud/runtime/address-book';
import { deregisterInstance, registerInstance, serviceDiscovery } from '../../cloud/services/service-discovery';
import { call, cloudForTest, make } from '../load-balancer/make';

it('resolves a service’s name to the instances that are registered', async () => {
  const test = cloudForTest();
  try {
    const send = call(test, serviceDiscovery, ServiceDiscoveryClient);
    const on = (type: string, properties: object) =>
      make(test.env, serviceDiscovery, `AWS::ServiceDiscovery::${type}`, properties);
    const namespace = await on('PrivateDnsNamespace', { Name: 'payment-dev.internal', Vpc: 'vpc-1' });
    const service = await on('Service', {
      Name: 'fraud-detection',
      DnsConfig: { NamespaceId: namespace.id, DnsRecords: [{ Type: 'A', TTL: 10 }] },
    });
    const names = () => JSON.parse(readFileSync(addressBook(test.env).file('vpc-1'), 'utf8')).names;
    const name = 'fraud-detection.payment-dev.internal';

    registerInstance(test.env, service.model.Arn, 'task-1', { ip: '10.0.10.4' });
    registerInstance(test.env, service.model.Arn, 'task-2', { ip: '10.0.11.4', port: 8081 });
    expect(names()[name]).toEqual(['10.0.10.4', '10.0.11.4']);
    const found = await send(
      new DiscoverInstancesCommand({ NamespaceName: 'payment-dev.internal', ServiceName: 'fraud-detection' }),
    );
    expect(found.Instances?.map((i) => i.Attributes)).toEqual([
      { AWS_INSTANCE_IPV4: '10.0.10.4' },
      { AWS_INSTANCE_IPV4: '10.0.11.4', AWS_INSTANCE_PORT: '8081' },
    ]);
    const listed = await send(new ListServicesCommand({ Filters: [{ Name: 'NAMESPACE_ID', Values: [namespace.id] }] }));
    expect(listed.Services).toEqual([expect.objectContaining({ Name: 'fraud-detection', InstanceCount: 2 })]);

    const refuse = () =>
      serviceDiscovery.resources!['AWS::ServiceDiscovery::Service']!.beforeDelete!(service, test.env);
    expect(refuse).toThrow('Service contains registered instances');
    deregisterInstance(test.env, service.model.Arn, 'task-1');
    deregisterInstance(test.env, service.model.Arn, 'task-2');
    expect(names()).not.toHaveProperty([name]);
    expect(refuse).not.toThrow();
  } finally {
    await test.end();
  }
});

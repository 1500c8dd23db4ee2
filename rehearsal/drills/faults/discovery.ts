import {
  DeregisterInstanceCommand,
  ListInstancesCommand,
  ListServicesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import type { Fault, Seed } from '../fault';
import { admin } from '../seeds';

const nameLost: Seed = async ({ env }) => {
  const client = admin(env, ServiceDiscoveryClient);
  const { Services = [] } = await client.send(new ListServicesCommand({}));
  const ServiceId = Services.find((s) => s.Name === 'fraud-detection')!.Id!;
  const { Instances = [] } = await client.send(new ListInstancesCommand({ ServiceId }));
  const { Id: InstanceId, Attributes } = Instances[0]!;
  await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
  return async () => void (await client.send(new RegisterInstanceCommand({ ServiceId, InstanceId, Attributes })));
};

export const discovery: Fault[] = [
  {
    name: 'name-without-address',
    fault: "a service's name leads to no task",
    seed: nameLost,
    caughtBy: { suite: 'discovery', says: /fraud-detection\.\S+: addresses/ },
  },
];

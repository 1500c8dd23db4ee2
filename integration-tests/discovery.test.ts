import {
  GetNamespaceCommand,
  GetServiceCommand,
  ListInstancesCommand,
  ListServicesCommand,
} from '@aws-sdk/client-servicediscovery';
import { about, eventually } from './support/about';
import { running, runningTasks } from './support/services';
import { cli, names, outputs, serviceDiscovery, system } from './support/stage';

async function registered(): Promise<{ Id: string; Name: string }[]> {
  const { NamespaceId } = await outputs.platform();
  const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [NamespaceId], Condition: 'EQ' as const }];
  const { Services = [] } = await serviceDiscovery.send(new ListServicesCommand({ Filters }));
  return Services.map(({ Id, Name }) => ({ Id: Id!, Name: Name! }));
}

describe('discovery', () => {
  it('has a private namespace, with a name for each service', async () => {
    const { NamespaceId: Id } = await outputs.platform();
    const { Namespace } = await serviceDiscovery.send(new GetNamespaceCommand({ Id }));
    const look = cli(`servicediscovery get-namespace --id ${Id}`);
    await about({ resource: `namespace ${Id}: name and type`, look }, () =>
      expect([Namespace?.Name, Namespace?.Type]).toEqual([names.namespace, 'DNS_PRIVATE']),
    );
    const subject = {
      resource: `namespace ${names.namespace}: services`,
      look: cli(`servicediscovery list-services --filters Name=NAMESPACE_ID,Values=${Id}`),
    };
    await about(subject, async () =>
      expect((await registered()).map((s) => s.Name).sort()).toEqual(system.services.map((s) => s.name).sort()),
    );
  });
});

describe.each(system.services.map((s) => [s.name, s] as const))('discovery: %s', (_, service) => {
  const host = `${service.name}.${names.namespace}`;

  it('leads by its name to the address of every running task', async () => {
    const found = (await registered()).find((s) => s.Name === service.name);
    await about({ resource: `${host}: service in Cloud Map`, look: cli('servicediscovery list-services') }, () =>
      expect(found?.Name).toBe(service.name),
    );
    const { Service } = await serviceDiscovery.send(new GetServiceCommand({ Id: found!.Id }));
    const records = Service?.DnsConfig?.DnsRecords?.map((r) => `${r.Type} ${r.TTL}`);
    const look = cli(`servicediscovery get-service --id ${found!.Id}`);
    await about({ resource: `${host}: records, and how many addresses an answer has`, look }, () =>
      expect([records, Service?.DnsConfig?.RoutingPolicy]).toEqual([['A 10'], 'MULTIVALUE']),
    );
    const subject = {
      resource: `${host}: addresses, which are those of the running tasks`,
      look: cli(`servicediscovery list-instances --service-id ${found!.Id}`),
    };
    // Tasks come and go while both are looked at.
    await eventually(subject, async () => {
      const { Instances = [] } = await serviceDiscovery.send(new ListInstancesCommand({ ServiceId: found!.Id }));
      const tasks = (await runningTasks(service)).flatMap((t) => t.containers ?? []);
      const addresses = tasks.flatMap((c) => c.networkInterfaces ?? []).map((i) => i.privateIpv4Address);
      expect(Instances.map((i) => i.Attributes?.AWS_INSTANCE_IPV4).sort()).toEqual([...new Set(addresses)].sort());
    });
  });

  it('is registered by what runs', async () => {
    const { live, primary, green } = await running(service);
    const { Id } = (await registered()).find((s) => s.Name === service.name) ?? {};
    for (const [what, runs] of Object.entries(primary ? { serves: primary, 'is held': green } : { serves: live })) {
      if (!runs) continue;
      const subject = {
        resource: `service ${names.service(service)}: Cloud Map service of what ${what}`,
        look: cli(`ecs describe-services --cluster ${names.cluster} --services ${names.service(service)}`),
      };
      const ids = runs.serviceRegistries?.map((r) => r.registryArn?.split('/').pop());
      await about(subject, () => expect(ids).toEqual([Id]));
    }
  });
});

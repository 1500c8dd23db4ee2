// AWS Cloud Map: private DNS namespaces whose names resolve, in the VPC's processes, to the instances registered.
import * as sdk from '@aws-sdk/client-servicediscovery';
import { HandlerError } from '../cloudformation/handler-error';
import type { ServiceModule } from '../module';
import { addressBook } from '../runtime/address-book';
import type { Environment, Resource } from '../state';
import { AwsError, service, type Context } from '../wire/service';

const namespaceTypes = ['AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::ServiceDiscovery::HttpNamespace'];
const serviceType = 'AWS::ServiceDiscovery::Service';

interface Instance {
  ip: string;
  port?: number;
}

const instancesOf = (env: Environment, serviceId: string) => env.shelf<Instance>(`cloud map instances of ${serviceId}`);

/** By id or ARN. */
function serviceOf(env: Environment, idOrArn = ''): Resource {
  const found = env.get(serviceType, idOrArn.split('/').pop()!);
  if (!found) throw new AwsError('ServiceNotFound', `Service not found: ${idOrArn}`);
  return found;
}
function namespaceOf(env: Environment, idOrArn = ''): Resource {
  const id = idOrArn.split('/').pop()!;
  const found = namespaceTypes.flatMap((type) => env.get(type, id) ?? [])[0];
  if (!found) throw new AwsError('NamespaceNotFound', `Namespace not found: ${idOrArn}`);
  return found;
}

/** From now on the service's name also resolves to the instance's address. Throws ServiceNotFound. */
export function registerInstance(env: Environment, serviceArn: string, instanceId: string, instance: Instance): void {
  const found = serviceOf(env, serviceArn);
  instancesOf(env, found.id).set(instanceId, instance);
  publish(env, found);
}

/** Takes the instance's address off the service's name; nothing happens when it is not registered. */
export function deregisterInstance(env: Environment, serviceArn: string, instanceId: string): void {
  const found = env.get(serviceType, serviceArn.split('/').pop()!);
  if (found && instancesOf(env, found.id).delete(instanceId)) publish(env, found);
}

function publish(env: Environment, found: Resource): void {
  const namespace = namespaceOf(env, namespaceId(found));
  if (!namespace.model.Vpc) return; // an HTTP namespace has no DNS
  const ips = [...instancesOf(env, found.id).values()].map((i) => i.ip);
  addressBook(env).setName(namespace.model.Vpc, `${found.model.Name}.${namespace.model.Name}`, ips);
}

const namespaceId = (r: Resource): string => r.model.NamespaceId ?? r.model.DnsConfig?.NamespaceId;

export const serviceDiscovery: ServiceModule = {
  resources: {
    'AWS::ServiceDiscovery::PrivateDnsNamespace': {
      prefix: 'ns',
      attributes: ({ hex, arn }) => {
        const Id = `ns-${hex(17)}`;
        const HostedZoneId = `Z${hex(20, 'zone').toUpperCase()}`;
        return { Id, Arn: arn('servicediscovery', `namespace/${Id}`), HostedZoneId };
      },
      created(resource, env) {
        const { Name, Vpc } = resource.model;
        const taken = env
          .list(resource.type)
          .some((r) => r.id !== resource.id && r.model.Name === Name && r.model.Vpc === Vpc);
        if (taken)
          throw new HandlerError(
            'InvalidRequest',
            `CannotUpdateEntity: The VPC ${Vpc} has already been associated with the hosted zone with the same domain name ${Name}.`,
          );
      },
    },
    'AWS::ServiceDiscovery::HttpNamespace': { prefix: 'ns' },
    [serviceType]: {
      name: 'Name',
      prefix: 'srv',
      attributes: ({ hex, arn }) => ({ Id: `srv-${hex(17)}`, Arn: arn('servicediscovery', `service/srv-${hex(17)}`) }),
      beforeDelete(resource, env) {
        if (instancesOf(env, resource.id).size)
          throw new HandlerError(
            'ResourceConflict',
            'Service contains registered instances; delete the instances before deleting the service',
          );
      },
      deleted: (resource, env) => publish(env, resource),
    },
  },
  api: (cloud) => {
    const of = (context: Context) => cloud.environment(context.account, context.region);
    const summary = (r: Resource) => ({
      Id: r.id,
      Arn: r.model.Arn,
      Name: r.model.Name,
      Description: r.model.Description,
      DnsConfig: r.model.DnsConfig,
      HealthCheckCustomConfig: r.model.HealthCheckCustomConfig,
    });
    const describeNamespace = (r: Resource) => ({
      Id: r.id,
      Arn: r.model.Arn,
      Name: r.model.Name,
      Type: r.model.Vpc ? ('DNS_PRIVATE' as const) : ('HTTP' as const),
      Description: r.model.Description,
      Properties: r.model.Vpc
        ? { DnsProperties: { HostedZoneId: r.model.HostedZoneId }, HttpProperties: { HttpName: r.model.Name } }
        : { HttpProperties: { HttpName: r.model.Name } },
    });
    const attributes = ({ ip, port }: Instance) => ({
      AWS_INSTANCE_IPV4: ip,
      ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
    });
    return service(sdk)({
      GetNamespace: (input, context) => ({ Namespace: describeNamespace(namespaceOf(of(context), input.Id)) }),
      ListNamespaces: (input, context) => ({
        Namespaces: namespaceTypes
          .flatMap((type) => of(context).list(type))
          .map(describeNamespace)
          .filter((n) => (input.Filters ?? []).every((f) => namespaceMatches(n, f))),
      }),
      GetService: (input, context) => {
        const found = serviceOf(of(context), input.Id);
        return { Service: { ...summary(found), NamespaceId: namespaceId(found) } };
      },
      ListServices: (input, context) => {
        const wanted = (input.Filters ?? []).filter((f) => f.Name === 'NAMESPACE_ID').flatMap((f) => f.Values ?? []);
        return {
          Services: of(context)
            .list(serviceType)
            .filter((r) => !wanted.length || wanted.includes(namespaceId(r)))
            .map((r) => ({ ...summary(r), InstanceCount: instancesOf(of(context), r.id).size })),
        };
      },
      ListInstances: (input, context) => {
        const env = of(context);
        const found = instancesOf(env, serviceOf(env, input.ServiceId).id);
        return { Instances: [...found].map(([Id, instance]) => ({ Id, Attributes: attributes(instance) })) };
      },
      DiscoverInstances: (input, context) => {
        const env = of(context);
        const namespace = namespaceTypes.flatMap((t) => env.list(t)).find((r) => r.model.Name === input.NamespaceName);
        if (!namespace) throw new AwsError('NamespaceNotFound', `Failed to find namespace: ${input.NamespaceName}`);
        const found = env
          .list(serviceType)
          .find((r) => namespaceId(r) === namespace.id && r.model.Name === input.ServiceName);
        if (!found) throw new AwsError('ServiceNotFound', `Failed to find service: ${input.ServiceName}`);
        return {
          Instances: [...instancesOf(env, found.id)]
            .slice(0, input.MaxResults ?? 100)
            .map(([InstanceId, instance]) => ({
              InstanceId,
              NamespaceName: input.NamespaceName,
              ServiceName: input.ServiceName,
              HealthStatus: 'HEALTHY' as const,
              Attributes: attributes(instance),
            })),
          InstancesRevision: cloud.unique(),
        };
      },
      RegisterInstance: (input, context) => {
        const { AWS_INSTANCE_IPV4: ip, AWS_INSTANCE_PORT: port } = input.Attributes ?? {};
        if (!ip) throw new AwsError('InvalidInput', 'AWS_INSTANCE_IPV4 is required for a service with an A record');
        registerInstance(of(context), input.ServiceId!, input.InstanceId!, {
          ip,
          ...(port ? { port: Number(port) } : {}),
        });
        return { OperationId: `op-${cloud.unique()}` };
      },
      DeregisterInstance: (input, context) => {
        const env = of(context);
        const found = serviceOf(env, input.ServiceId);
        if (!instancesOf(env, found.id).has(input.InstanceId!))
          throw new AwsError('InstanceNotFound', `Instance ${input.InstanceId} does not exist`);
        deregisterInstance(env, found.id, input.InstanceId!);
        return { OperationId: `op-${cloud.unique()}` };
      },
      ListTagsForResource: (input, context) => {
        const env = of(context);
        const arn = input.ResourceARN!;
        const found = arn.includes(':service/') ? serviceOf(env, arn) : namespaceOf(env, arn);
        return { Tags: found.model.Tags ?? [] };
      },
    });
  },
};

function namespaceMatches(
  namespace: { Name?: string; Type: string; Properties: { HttpProperties?: { HttpName?: string } } },
  { Name, Values = [] }: sdk.NamespaceFilter,
): boolean {
  if (Name === 'TYPE') return Values.includes(namespace.Type);
  if (Name === 'NAME') return Values.includes(namespace.Name ?? '');
  return Name === 'HTTP_NAME' ? Values.includes(namespace.Properties.HttpProperties?.HttpName ?? '') : true;
}

// Route 53: public hosted zones of an account, and the records in them. Names of load balancers resolve in the VPCs of their region.
import * as sdk from '@aws-sdk/client-route-53';
import { HandlerError } from '../cloudformation/handler-error';
import { hash } from '../hash';
import type { ResourceType, ServiceModule } from '../module';
import { addressBook } from '../runtime/address-book';
import type { Cloud, Environment, Resource, Values } from '../state';
import { AwsError, service } from '../wire/service';
import { loadBalancerStates } from './elastic-load-balancing-v2';

const recordType = 'AWS::Route53::RecordSet';

interface HostedZone {
  id: string;
  /** Ends with a dot. */
  name: string;
  /** By name and type. */
  records: Map<string, sdk.ResourceRecordSet>;
}

/** Zones belong to an account, not to a region. */
const zones = (cloud: Cloud, account: string) =>
  cloud.environment(account, 'us-east-1').shelf<HostedZone>('route 53 hosted zones');
const dotted = (name = '') => `${name.toLowerCase().replace(/\.$/, '')}.`;
const shortId = (id = '') => id.split('/').pop()!;
const keyOf = (name: string | undefined, type: string | undefined) => `${dotted(name)} ${type}`;

/** Makes a hosted zone: what somebody has registered before the first deployment. An existing one stays. */
export function seedHostedZone(cloud: Cloud, account: string, id: string, name: string): void {
  if (zones(cloud, account).has(id)) return;
  const servers = [1, 2, 3, 4].map((n) => ({ Value: `ns-${n}.awsdns-0${n}.example.` }));
  const records = new Map<string, sdk.ResourceRecordSet>([
    [keyOf(name, 'NS'), { Name: dotted(name), Type: 'NS', TTL: 172800, ResourceRecords: servers }],
  ]);
  zones(cloud, account).set(id, { id, name: dotted(name), records });
}

/** A zone of the account. Throws NoSuchHostedZone. */
function zoneOf(cloud: Cloud, account: string, id?: string): HostedZone {
  const found = zones(cloud, account).get(shortId(id));
  if (found) return found;
  throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${shortId(id)}`, 404);
}

/** Writes a record. Throws InvalidChangeBatch where the name is of another zone, or CREATE finds one. */
export function putRecord(
  cloud: Cloud,
  account: string,
  zoneId: string,
  record: sdk.ResourceRecordSet,
  create = false,
) {
  const zone = zoneOf(cloud, account, zoneId);
  const invalid = (why: string) => new AwsError('InvalidChangeBatch', `[${why}]`);
  const name = dotted(record.Name);
  if (name !== zone.name && !name.endsWith(`.${zone.name}`))
    throw invalid(`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`);
  const key = keyOf(record.Name, record.Type);
  if (create && zone.records.has(key))
    throw invalid(`Tried to create resource record set [name='${name}', type='${record.Type}'] but it already exists`);
  zone.records.set(key, { ...record, Name: name });
}

/** Takes a record away, if it is there. */
export const removeRecord = (
  cloud: Cloud,
  account: string,
  zoneId: string,
  record: Pick<sdk.ResourceRecordSet, 'Name' | 'Type'>,
) => void zones(cloud, account).get(shortId(zoneId))?.records.delete(keyOf(record.Name, record.Type));

/** Does any zone of the account answer the name with the value? */
export const hasRecord = (cloud: Cloud, account: string, name: string, type: string, value: string): boolean =>
  [...zones(cloud, account).values()].some((zone) =>
    zone.records.get(keyOf(name, type))?.ResourceRecords?.some((r) => dotted(r.Value) === dotted(value)),
  );

/** The record that a template declares, as the API has it. */
function recordOf({ model: m }: Resource): sdk.ResourceRecordSet {
  const { AliasTarget: alias }: Values = m;
  return {
    Name: m.Name,
    Type: m.Type,
    ...(m.TTL === undefined ? {} : { TTL: Number(m.TTL) }),
    ...(m.ResourceRecords ? { ResourceRecords: m.ResourceRecords.map((Value: string) => ({ Value })) } : {}),
    ...(alias && {
      AliasTarget: {
        HostedZoneId: alias.HostedZoneId,
        DNSName: dotted(alias.DNSName),
        EvaluateTargetHealth: String(alias.EvaluateTargetHealth ?? false) === 'true',
      },
    }),
  };
}

/** Addresses of the load balancer that an alias names. */
function addressesOf(env: Environment, { model }: Resource): string[] {
  const name = dotted(model.AliasTarget?.DNSName).replace(/^dualstack\./, '');
  const balancer = env.list('AWS::ElasticLoadBalancingV2::LoadBalancer').find((r) => dotted(r.model.DNSName) === name);
  return (
    (balancer &&
      loadBalancerStates(env)
        .get(balancer.id)
        ?.addresses.map((a) => a.ip)) ??
    []
  );
}

function write(resource: Resource, env: Environment, create: boolean): void {
  const { HostedZoneId, Name, AliasTarget } = resource.model;
  const refuse = (why: string) => new HandlerError('InvalidRequest', `${why} (Service: Route53, Status Code: 400)`);
  const addresses = addressesOf(env, resource);
  if (AliasTarget && !addresses.length)
    throw refuse(
      `Tried to create an alias that targets ${AliasTarget.DNSName}, but the alias target name does not lie within the target zone`,
    );
  try {
    putRecord(env.cloud, env.account, HostedZoneId, recordOf(resource), create);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (AliasTarget) addressBook(env).publicName(dotted(Name).slice(0, -1), addresses);
}

const recordSet: ResourceType = {
  created: (resource, env) => write(resource, env, true),
  updated: (resource, _before, env) => write(resource, env, false),
  deleted(resource, env) {
    removeRecord(env.cloud, env.account, resource.model.HostedZoneId, recordOf(resource));
    addressBook(env).publicName(dotted(resource.model.Name).slice(0, -1), []);
  },
};

const describe = ({ id, name, records }: HostedZone): sdk.HostedZone => ({
  Id: `/hostedzone/${id}`,
  Name: name,
  CallerReference: hash(id, 16),
  Config: { PrivateZone: false },
  ResourceRecordSetCount: records.size,
});

export const route53: ServiceModule = {
  resources: { [recordType]: recordSet },
  api: (cloud) => {
    const all = ({ account }: { account: string }) => [...zones(cloud, account).values()];
    return service(sdk)({
      ListHostedZones: (_input, context) => ({
        ...{ HostedZones: all(context).map(describe), Marker: '', IsTruncated: false, MaxItems: 100 },
      }),
      ListHostedZonesByName: (input, context) => {
        const from = input.DNSName ? dotted(input.DNSName) : '';
        // In the order of names read from their end; from the name that was asked for on.
        const order = (name: string) => name.split('.').reverse().join('.');
        const found = all(context)
          .sort((a, b) => order(a.name).localeCompare(order(b.name)))
          .filter((z) => order(z.name) >= order(from));
        return { HostedZones: found.map(describe), IsTruncated: false, MaxItems: 100 };
      },
      GetHostedZone: (input, context) => ({ HostedZone: describe(zoneOf(cloud, context.account, input.Id)) }),
      ListResourceRecordSets: (input, context) => {
        const records = [...zoneOf(cloud, context.account, input.HostedZoneId).records.values()];
        const from = input.StartRecordName ? dotted(input.StartRecordName) : undefined;
        const wanted = records.filter((r) => !from || r.Name === from || r.Name! > from);
        return { ResourceRecordSets: wanted, IsTruncated: false, MaxItems: 300 };
      },
      ChangeResourceRecordSets: (input, context) => {
        for (const { Action, ResourceRecordSet: record } of input.ChangeBatch?.Changes ?? []) {
          if (Action === 'DELETE') removeRecord(cloud, context.account, shortId(input.HostedZoneId), record!);
          else putRecord(cloud, context.account, shortId(input.HostedZoneId), record!, Action === 'CREATE');
        }
        return { ChangeInfo: { Id: `/change/C${cloud.unique()}`, Status: 'INSYNC', SubmittedAt: cloud.clock.now() } };
      },
      GetChange: (input) => ({
        ChangeInfo: { Id: input.Id, Status: 'INSYNC', SubmittedAt: cloud.clock.now() },
      }),
    });
  },
};

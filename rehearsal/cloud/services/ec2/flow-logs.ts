// Flow logs of a VPC: what went from load balancers to targets, and that nothing went through the NAT gateways' interfaces.
import type * as sdk from '@aws-sdk/client-ec2';
import { decide } from '../../access/authorize';
import { logStreamArn } from '../../access/calls/logs';
import { isTrusted, sessionOf } from '../../access/services';
import { hash } from '../../hash';
import type { ResourceType } from '../../module';
import type { Environment, Resource } from '../../state';
import { loadBalancerStates, type AccessLogEntry } from '../elastic-load-balancing-v2';
import { putLogLine } from '../logs';
import { refusal } from './failures';

const type = 'AWS::EC2::FlowLog';
const endings = (env: Environment) => env.shelf<AbortController>('ec2 flow log endings');

/** Why records cannot be delivered: the service may not assume the role, or the role not write them. */
function deliveryError(env: Environment, { id, model }: Resource): string | undefined {
  const roleArn = String(model.DeliverLogsPermissionArn);
  const resource = logStreamArn(env, model.LogGroupName, '*');
  const actions = ['CreateLogStream', 'PutLogEvents', 'DescribeLogStreams'];
  const may = (action: string) =>
    decide(env.cloud, sessionOf(roleArn, 'flow-logs'), { action: `logs:${action}`, resource, region: env.region });
  const isTrustful = isTrusted(env.cloud, 'vpc-flow-logs.amazonaws.com', roleArn, env.arn('ec2', `vpc-flow-log/${id}`));
  return isTrustful && actions.every((action) => may(action).isAllowed) ? undefined : 'Access error';
}

/** Writes once an aggregation interval until the flow log or the cloud ends. */
async function write(env: Environment, flowLog: Resource, signal: AbortSignal): Promise<void> {
  const { model } = flowLog;
  const seconds = Number(model.MaxAggregationInterval ?? 600);
  const read = new Map([...loadBalancerStates(env)].map(([arn, { entries }]) => [arn, entries.length]));
  while (!signal.aborted) {
    const start = new Date();
    await env.cloud.clock.sleep(seconds, signal);
    if (signal.aborted || deliveryError(env, flowLog)) continue;
    const span = [start, new Date()].map((t) => Math.floor(t.getTime() / 1000));
    const put = (eni: string, fields: (string | number)[], end: string[]) => {
      const line = [2, env.account, eni, ...fields, ...span, ...end].join(' ');
      try {
        putLogLine(env, model.LogGroupName, `${eni}-all`, line);
      } catch {
        // without the group, or the right to it, records are lost on AWS too
      }
    };
    const nothing = Array<string>(7).fill('-');
    for (const gateway of env.list('AWS::EC2::NatGateway'))
      if (vpcOf(env, gateway.model.SubnetId) === model.ResourceId)
        put(`eni-${hash(gateway.id, 17)}`, nothing, ['-', 'NODATA']);
    for (const [arn, { entries, addresses }] of loadBalancerStates(env)) {
      const fresh = entries.slice(read.get(arn) ?? 0);
      read.set(arn, entries.length);
      const from = addresses[0]?.ip ?? '-';
      for (const [target, own] of byTarget(fresh)) {
        const [ip = '-', port = '-'] = target.split(':');
        const eni = networkInterface(env, ip);
        if (eni?.VpcId !== model.ResourceId) continue;
        const bytes = own.reduce((sum, e) => sum + e.receivedBytes, 0);
        const source = own[0]!.client.split(':').pop()!;
        put(eni!.NetworkInterfaceId!, [from, ip, source, port, 6, own.length * 5, bytes], ['ACCEPT', 'OK']);
      }
    }
  }
}

const vpcOf = (env: Environment, subnetId: string) => env.get('AWS::EC2::Subnet', subnetId)?.model.VpcId;
const networkInterface = (env: Environment, ip: string) =>
  [...env.shelf<sdk.NetworkInterface>('ec2 network interfaces').values()].find((i) => i.PrivateIpAddress === ip);

function byTarget(entries: AccessLogEntry[]): Map<string, AccessLogEntry[]> {
  const found = new Map<string, AccessLogEntry[]>();
  for (const entry of entries) if (entry.target) found.set(entry.target, [...(found.get(entry.target) ?? []), entry]);
  return found;
}

export const flowLogType: ResourceType = {
  prefix: 'fl',
  created(resource, env) {
    const { ResourceId, ResourceType: kind } = resource.model;
    const types: Record<string, string> = { VPC: 'AWS::EC2::VPC', Subnet: 'AWS::EC2::Subnet' };
    if (types[kind] && !env.get(types[kind], ResourceId))
      throw refusal('InvalidVpcId.NotFound', `The resource ID '${ResourceId}' does not exist`);
    const ending = new AbortController();
    endings(env).set(resource.id, ending);
    void write(env, resource, AbortSignal.any([ending.signal, env.cloud.signal]));
  },
  deleted: ({ id }, env) => endings(env).get(id)?.abort(),
};

export const flowLogs = (env: Environment): sdk.FlowLog[] =>
  env.list(type).map(({ id, model, ...rest }) => ({
    FlowLogId: id,
    FlowLogStatus: 'ACTIVE',
    DeliverLogsStatus: deliveryError(env, { id, model, ...rest }) ? 'FAILED' : 'SUCCESS',
    DeliverLogsErrorMessage: deliveryError(env, { id, model, ...rest }),
    ResourceId: model.ResourceId,
    TrafficType: model.TrafficType,
    LogDestinationType: model.LogDestinationType ?? 'cloud-watch-logs',
    LogGroupName: model.LogGroupName,
    LogDestination: model.LogDestination,
    DeliverLogsPermissionArn: model.DeliverLogsPermissionArn,
    LogFormat:
      '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}',
    MaxAggregationInterval: Number(model.MaxAggregationInterval ?? 600),
    Tags: model.Tags ?? [],
  }));

import { createHash } from 'node:crypto';
import { addressBook } from '../../runtime/address-book';
import { accessLogFile, type AccessLogEntry } from '../../runtime/access-log';
import { ListenerServer, type Certificate, type ListenerOptions } from '../../runtime/load-balancer';
import type { Environment, Resource } from '../../state';
import { certificate } from '../acm';
import { loadBalancerAttributes } from './attributes';
import { refusal } from './failures';
import { loadBalancerStates, types, type LoadBalancerState } from './state';
import { decide } from './traffic';

/** Gives a load balancer its addresses and its name, and begins to write its access log. */
export function startLoadBalancer(env: Environment, resource: Resource): void {
  const subnets: string[] = resource.model.Subnets ?? (resource.model.SubnetMappings ?? []).map((m: any) => m.SubnetId);
  const book = addressBook(env);
  const internal = resource.model.Scheme === 'internal';
  const state: LoadBalancerState = {
    created: env.cloud.clock.now(),
    addresses: subnets.map((subnetId) => ({
      subnetId,
      ip: internal ? book.allocate(subnetId) : publicIp(resource.id + subnetId),
    })),
    listeners: new Map(),
    entries: [],
    written: 0,
  };
  loadBalancerStates(env).set(resource.id, state);
  book.publicName(
    resource.model.DNSName,
    state.addresses.map((a) => a.ip),
  );
  const { clock, signal } = env.cloud;
  void (async () => {
    while (!signal.aborted && loadBalancerStates(env).get(resource.id) === state) {
      await clock.sleep(accessLogInterval, signal);
      writeAccessLog(env, resource.id);
    }
  })();
}

/** Seconds between two access log files. */
const accessLogInterval = 300;
const publicIp = (seed: string) => ['52', ...createHash('sha256').update(seed).digest().subarray(0, 3)].join('.');

export async function stopLoadBalancer(env: Environment, resource: Resource): Promise<void> {
  const state = loadBalancerStates(env).get(resource.id);
  if (!state) return;
  writeAccessLog(env, resource.id);
  await Promise.all([...state.listeners.values()].map((server) => server.close()));
  const book = addressBook(env);
  book.publicName(resource.model.DNSName, []);
  if (resource.model.Scheme === 'internal') state.addresses.forEach(({ ip }) => book.release(ip));
  forgotten(env).push(...state.entries);
  loadBalancerStates(env).delete(resource.id);
}

/** Requests of load balancers that were deleted. */
function forgotten(env: Environment): AccessLogEntry[] {
  const shelf = env.shelf<AccessLogEntry[]>('elastic-load-balancing-v2 former entries');
  const found = shelf.get('all') ?? [];
  shelf.set('all', found);
  return found;
}

/** Every request to a load balancer of the environment, by time. */
export function accessLog(env: Environment): AccessLogEntry[] {
  const live = [...loadBalancerStates(env).values()].flatMap((s) => s.entries);
  return [...forgotten(env), ...live].sort((a, b) => a.time.getTime() - b.time.getTime());
}

/** Writes what was logged since the last file, where the load balancer's attributes ask for it. */
export function writeAccessLog(env: Environment, loadBalancerArn: string): void {
  const resource = env.get(types.loadBalancer, loadBalancerArn);
  const state = loadBalancerStates(env).get(loadBalancerArn);
  if (!resource || !state || state.written === state.entries.length) return;
  const attributes = loadBalancerAttributes(resource);
  const entries = state.entries.slice(state.written);
  state.written = state.entries.length;
  if (attributes['access_logs.s3.enabled'] !== 'true') return;
  const end = env.cloud.clock.now();
  const { key, body } = accessLogFile(entries, {
    account: env.account,
    region: env.region,
    prefix: attributes['access_logs.s3.prefix'] || undefined,
    loadBalancer: resource.model.LoadBalancerFullName,
    node: state.addresses[0]?.ip ?? '0.0.0.0',
    end,
    serial: env.cloud.unique().toString(36).padStart(8, '0'),
  });
  put(env, attributes['access_logs.s3.bucket']!, key, body, 'application/octet-stream');
}

/** AWS proves that it may write by writing a test file when access logs are switched on. */
export function checkAccessLogBucket(env: Environment, resource: Resource): void {
  const attributes = loadBalancerAttributes(resource);
  if (attributes['access_logs.s3.enabled'] !== 'true') return;
  const bucket = attributes['access_logs.s3.bucket']!;
  if (!env.cloud.find('AWS::S3::Bucket', bucket))
    throw refusal('InvalidRequest', `Access Denied for bucket: ${bucket}. Please check S3bucket permission`);
  const folder = [attributes['access_logs.s3.prefix'], 'AWSLogs', env.account].filter(Boolean).join('/');
  put(env, bucket, `${folder}/ELBAccessLogTestFile`, Buffer.from('Enable AccessLog for ELB'), 'text/plain');
}

function put(env: Environment, bucket: string, key: string, body: Buffer, contentType: string): void {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  env.cloud.bucket(bucket).set(key, { body, contentType, etag, modified: env.cloud.clock.now() });
}

/** Opens the listener's port, or hands its server what has changed. */
export async function serveListener(env: Environment, listener: Resource): Promise<void> {
  const loadBalancer = env.get(types.loadBalancer, listener.properties.LoadBalancerArn);
  const state = loadBalancer && loadBalancerStates(env).get(loadBalancer.id);
  if (!loadBalancer || !state)
    throw refusal('NotFound', `Load balancer '${listener.properties.LoadBalancerArn}' not found`);
  const attribute = (name: string) =>
    loadBalancerAttributes(env.get(types.loadBalancer, loadBalancer.id) ?? loadBalancer)[name];
  const options: ListenerOptions = {
    port: Number(listener.model.Port),
    loadBalancer: loadBalancer.model.LoadBalancerFullName,
    certificate: listenerCertificate(env, listener),
    certificates: () => certificateArns(env, listener.id).flatMap((arn) => certificate(env, arn) ?? []),
    decide: (request) => decide(env, listener.id, request),
    record: (entry) => void state.entries.push(entry),
    dropInvalidHeaders: () => attribute('routing.http.drop_invalid_header_fields.enabled') === 'true',
    idleTimeout: () => Number(attribute('idle_timeout.timeout_seconds')),
  };
  const known = state.listeners.get(listener.id);
  if (known) known.update(options);
  else {
    state.listeners.set(listener.id, await ListenerServer.open(options));
    if (!env.shelf('elastic-load-balancing-v2 endings').size) {
      env.shelf('elastic-load-balancing-v2 endings').set('registered', true);
      env.cloud.onStop(() => stopAll(env));
    }
  }
  const server = state.listeners.get(listener.id)!;
  for (const { ip } of state.addresses) addressBook(env).publicAddress(ip, options.port, server.loopbackPort);
}

export async function closeListener(env: Environment, listener: Resource): Promise<void> {
  const state = loadBalancerStates(env).get(listener.properties.LoadBalancerArn);
  for (const { ip } of state?.addresses ?? []) addressBook(env).publicAddress(ip, Number(listener.model.Port));
  await state?.listeners.get(listener.id)?.close();
  state?.listeners.delete(listener.id);
}

async function stopAll(env: Environment): Promise<void> {
  for (const [arn, state] of loadBalancerStates(env)) {
    writeAccessLog(env, arn);
    await Promise.all([...state.listeners.values()].map((server) => server.close()));
  }
}

function listenerCertificate(env: Environment, listener: Resource): Certificate | undefined {
  if (listener.model.Protocol !== 'HTTPS') return undefined;
  const arn: string | undefined = listener.model.Certificates?.[0]?.CertificateArn;
  if (!arn) throw refusal('InvalidRequest', 'A certificate must be specified for HTTPS listeners');
  const found = certificate(env, arn);
  if (!found) throw refusal('NotFound', `Certificate '${arn}' not found`);
  return found;
}

/** Certificates of the listener, its default one first. */
export function certificateArns(env: Environment, listenerArn: string): string[] {
  const own: { CertificateArn: string }[] = env.get(types.listener, listenerArn)?.model.Certificates ?? [];
  const more = env.list(types.listenerCertificate).filter((r) => r.properties.ListenerArn === listenerArn);
  return [...own.slice(0, 1), ...more.flatMap((r) => r.model.Certificates ?? [])].map((c) => c.CertificateArn);
}

/** Where the listener really answers, as in https://127.0.0.1:41234; undefined while it does not. */
export function listenerAddress(env: Environment, listenerArn: string): string | undefined {
  const listener = env.get(types.listener, listenerArn);
  const server = loadBalancerStates(env).get(listener?.properties.LoadBalancerArn)?.listeners.get(listenerArn);
  return server && `${listener!.model.Protocol === 'HTTPS' ? 'https' : 'http'}://127.0.0.1:${server.loopbackPort}`;
}

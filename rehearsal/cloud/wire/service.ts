import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { CommandImpl } from '@smithy/core/client';
import { NormalizedSchema } from '@smithy/core/schema';
import { awsJson, awsQuery, ec2Query, restXml, rpcCbor, type OperationSchema, type Request, type Shape, type StructSchema, type Wire } from './wire';

export interface Context { region: string; accessKeyId: string; operation: string; requestId: string }
/** Handlers of one service, typed by the SDK: { DescribeServices: (input, context) => output }. M is `typeof import('@aws-sdk/client-x')`. */
export type Handlers<M> = {
  [K in keyof M & `${string}Command` as K extends `${infer Op}Command` ? Op : never]?: M[K] extends abstract new (...args: any) => CommandImpl<infer I extends object, infer O extends object, any, any, any>
    ? (input: I, context: Context) => Promise<Omit<O, '$metadata'>> | Omit<O, '$metadata'>
    : never;
};
/** For codes the SDK has no class for (all of EC2, CloudFormation's ValidationError). */
export class AwsError extends Error {
  constructor(readonly code: string, message: string, readonly status = 400, readonly fields: Shape = {}) { super(message); }
}
export interface Service {
  wire: Wire; namespace: string; xmlNamespace: string; version?: string; target?: string;
  operations: Map<string, OperationSchema>; errors: Map<string, StructSchema>; handlers: Record<string, (input: any, context: Context) => any>;
}
const wires: Record<string, Wire> = {
  'aws.protocols#awsJson1_0': awsJson('1.0'), 'aws.protocols#awsJson1_1': awsJson('1.1'), 'aws.protocols#awsQuery': awsQuery,
  'aws.protocols#ec2Query': ec2Query, 'aws.protocols#restXml': restXml, 'smithy.protocols#rpcv2Cbor': rpcCbor,
};

/** service(ecs)({ DescribeServices: ... }): two calls, because TypeScript does not type callbacks through a remapped type that it is still inferring. */
export const service = <M extends object>(sdk: M) => (handlers: Handlers<M>): Service => {
  const exported = Object.entries(sdk) as Array<[string, any]>;
  const Client = exported.find(([name, x]) => /^[A-Z]\w*Client$/.test(name) && typeof x === 'function')![1];
  const client = new Client({ region: 'us-east-1', credentials: { accessKeyId: '-', secretAccessKey: '-' } });
  const { protocol, protocolSettings: s } = client.config;
  const wire = wires[protocol.getShapeId()];
  if (!wire) throw new Error(`${Client.name}: no wire format for ${protocol.getShapeId()}`);
  const schemas = (kind: number) => new Map(exported.filter(([, x]) => Array.isArray(x) && x[0] === kind).map(([, x]) => [x[2], x]));
  const operations = schemas(9) as Map<string, OperationSchema>;
  for (const name of Object.keys(handlers)) if (!operations.has(name)) throw new Error(`${Client.name} has no operation ${name}`);
  return { wire, namespace: s.defaultNamespace, xmlNamespace: s.xmlNamespace, version: s.version, target: s.serviceTarget, operations, errors: schemas(-3) as any, handlers: handlers as any };
};

interface Route { service: Service; wire: Wire; name: string; label: Record<string, string> }

function route(services: Service[], r: Request): Route | undefined {
  const by = (wire: Wire | undefined, test: (s: Service) => boolean, name: string): Route | undefined => {
    const found = services.find(test);
    return found && { service: found, wire: wire ?? found.wire, name, label: {} };
  };
  const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(r.path);
  if (rpc && r.headers['smithy-protocol'] === 'rpc-v2-cbor') return by(rpcCbor, (s) => s.target === rpc[1], rpc[2]!);
  const target = r.headers['x-amz-target'];
  if (target) {
    const dot = target.lastIndexOf('.');
    const version = r.headers['content-type'] === 'application/x-amz-json-1.0' ? '1.0' : '1.1';
    return by(wires[`aws.protocols#awsJson${version.replace('.', '_')}`], (s) => s.target === target.slice(0, dot), target.slice(dot + 1));
  }
  const form = r.query.has('Action') ? r.query : r.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(r.body.toString('utf8')) : undefined;
  if (form?.has('Action')) return by(undefined, (s) => s.version === form.get('Version') && (s.wire === awsQuery || s.wire === ec2Query), form.get('Action')!)
    ?? by(awsQuery, (s) => s.version === form.get('Version'), form.get('Action')!);
  return services.filter((s) => s.wire === restXml).map((s) => rest(s, r)).find((x) => x);
}

/** Best match of method, path, literal query keys and required query or header members. */
function rest(s: Service, r: Request): Route | undefined {
  let best: (Route & { score: number }) | undefined;
  for (const [name, op] of s.operations) {
    const http = op[3]?.http as [string, string, number] | undefined;
    if (!http || http[0] !== r.method) continue;
    const [path, literals] = [http[1].split('?')[0]!, new URLSearchParams(http[1].split('?')[1] ?? '')];
    const input = NormalizedSchema.of(op[4]);
    const bucket = input.isStructSchema() && (input.getSchema() as any)[4].includes('Bucket') && !path.includes('{Bucket}') ? '/{Bucket}' : '';
    const names: string[] = [];
    const pattern = (bucket + (path === '/' && bucket ? '' : path)).replace(/\{(\w+)(\+?)\}/g, (_, n, greedy) => (names.push(n), greedy ? '(.+)' : '([^/]+)'));
    const match = new RegExp(`^${pattern}/?$`).exec(r.path);
    if (!match) continue;
    let score = 0;
    let fits = true;
    for (const [key, value] of literals) {
      if (key === 'x-id') { if (r.query.get('x-id') === name) score += 0.5; continue; }
      if (!r.query.has(key) || (value && r.query.get(key) !== value)) fits = false;
      score++;
    }
    const schema = input.isStructSchema() ? (input.getSchema() as any as StructSchema) : undefined;
    for (const required of schema?.[4].slice(0, schema[6] ?? 0) ?? []) {
      const t = input.getMemberSchema(required).getMergedTraits() as any;
      if (t.httpQuery && !r.query.has(t.httpQuery)) fits = false;
      if (t.httpHeader && !(t.httpHeader.toLowerCase() in r.headers)) fits = false;
      if (t.httpQuery || t.httpHeader) score++;
    }
    if (fits && (!best || score > best.score)) best = { service: s, wire: s.wire, name, label: Object.fromEntries(names.map((n, i) => [n, decodeURIComponent(match[i + 1]!)])), score };
  }
  return best;
}

/** Members the schema marks as required (its first N members) that are absent, at any depth. */
export function missing(ns: NormalizedSchema, value: any, at = ''): string[] {
  if (value === undefined || value === null) return [];
  if (ns.isListSchema()) return (value as any[]).flatMap((v, i) => missing(ns.getValueSchema(), v, `${at}.${i + 1}.member`));
  if (ns.isMapSchema()) return Object.entries(value).flatMap(([k, v]) => missing(ns.getValueSchema(), v, `${at}.${k}.member`));
  if (!ns.isStructSchema()) return [];
  const required = (ns.getSchema() as any as StructSchema)[6] ?? 0;
  return [...ns.structIterator()].flatMap(([name, m], i) => (value[name] == null ? (i < required && !m.isIdempotencyToken() ? [`${at}.${name}`] : []) : missing(m, value[name], `${at}.${name}`)));
}

async function answer(services: Service[], r: Request, requestId: string) {
  const found = route(services, r);
  if (!found) return { status: 404, headers: { 'content-type': 'text/plain' }, body: `no service for ${r.method} ${r.path} ${r.headers['x-amz-target'] ?? ''}` };
  const { service: s, wire, name, label } = found;
  const [, accessKeyId = '', region = 'us-east-1'] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(r.headers['authorization'] ?? '') ?? [];
  const settings = { namespace: s.namespace, xmlNamespace: s.xmlNamespace };
  try {
    const operation = s.operations.get(name);
    if (!operation) throw new AwsError('InvalidAction', `Could not find operation ${name}`);
    const handler = s.handlers[name];
    if (!handler) throw new AwsError('NotImplemented', `${name} is not implemented here`, 501);
    const input = await wire.input(operation, r, label);
    const absent = missing(NormalizedSchema.of(operation[4]), input);
    if (absent.length) throw new AwsError('ValidationException', `Value null at '${absent[0]!.slice(1)}' failed to satisfy constraint: Member must not be null`);
    return wire.output(operation, await handler(input, { region, accessKeyId, operation: name, requestId }), settings, requestId);
  } catch (e: any) {
    const schema = s.errors.get(e.name);
    const traits = (schema?.[3] ?? {}) as any;
    const known = schema || e instanceof AwsError;
    if (!known) console.error(e);
    const status = e.status ?? traits.awsQueryError?.[1] ?? traits.httpError ?? (traits.error === 'client' ? 400 : 500);
    const { name: _n, message: _m, $fault: _f, $metadata: _d, stack: _s, $response: _r, ...fields } = e;
    return wire.failure({ code: e.code ?? traits.awsQueryError?.[0] ?? (known ? e.name : 'InternalFailure'), message: e.message, status, fault: status < 500 ? 'client' : 'server', schema, value: e.fields ?? fields, requestId }, settings);
  }
}

function decodeBody(body: Buffer, headers: Record<string, string>): Buffer {
  if (headers['x-amz-content-sha256']?.startsWith('STREAMING-') || headers['content-encoding']?.includes('aws-chunked')) {
    const parts: Buffer[] = [];
    for (let at = 0; at < body.length; ) {
      const end = body.indexOf('\r\n', at);
      const size = parseInt(body.toString('latin1', at, end), 16);
      if (!size) break;
      parts.push(body.subarray(end + 2, end + 2 + size));
      at = end + 2 + size + 2;
    }
    body = Buffer.concat(parts);
  }
  return headers['content-encoding'] === 'gzip' && !headers['x-amz-decoded-content-length'] ? gunzipSync(body) : body;
}

export function localAws(services: Service[], log?: (line: string) => void): Server {
  return createServer(async (req: IncomingMessage, res: ServerResponse) => {
    const requestId = randomUUID();
    const chunks: Buffer[] = [];
    try { for await (const c of req) chunks.push(c as Buffer); } catch { return; } // client went away
    const headers = req.headers as Record<string, string>;
    const url = new URL(req.url!, 'http://local');
    const reply = await answer(services, { method: req.method!, path: url.pathname, query: url.searchParams, headers, body: decodeBody(Buffer.concat(chunks), headers) }, requestId);
    const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : Buffer.from(reply.body.buffer, reply.body.byteOffset, reply.body.byteLength);
    log?.(`${req.method} ${req.url} ${headers['x-amz-target'] ?? ''} ${headers['content-type'] ?? ''} ${headers['smithy-protocol'] ?? ''} -> ${reply.status ?? 200}`);
    res.writeHead(reply.status ?? 200, { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...(req.method === 'HEAD' ? {} : { 'content-length': String(body.length) }), ...reply.headers });
    res.end(req.method === 'HEAD' ? undefined : body);
  });
}

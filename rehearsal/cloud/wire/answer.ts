import { AwsError } from './aws-error';
import type { Call } from './call';
import { absentMembers } from './required-members';
import { route, type Route } from './routing';
import { schemaOf, type Shape } from './schema';
import type { Context, Service } from './service';
import type { Failure, Reply, Request } from './wire';

/** What the server asks of the cloud behind it. */
export interface Backend {
  services: Service[];
  /** Who holds an access key. Throws an AwsError for one that nobody holds. */
  identify(accessKeyId: string): { account: string; principalArn: string };
  /** Throws an AwsError where the caller lacks a permission that the call needs. */
  authorize(service: Service, input: Shape, context: Context): void;
  /** What lies behind a link that the cloud gave out: it needs no credentials. Undefined for another path. */
  linked?(path: string): Uint8Array | undefined;
  /** Told of every call that reached a service, once it has ended. */
  record(call: Call): void;
  log(line: string): void;
}

/** Answers one request. Never rejects: whatever goes wrong becomes an error in the service's own format. */
export async function answer(backend: Backend, request: Request, requestId: string): Promise<Reply> {
  const linked = request.method === 'GET' ? backend.linked?.(request.path) : undefined;
  if (linked) return { headers: { 'content-type': 'application/octet-stream' }, body: linked };
  const { accessKeyId, region, signedFor } = scopeOf(request);
  const found = route(backend.services, request, signedFor);
  if (!found) return noService(backend, request, signedFor);
  const { service, wire, operation: name } = found;
  const settings = { namespace: service.namespace, xmlNamespace: service.xmlNamespace };
  const context: Context = { account: '', region, accessKeyId, principalArn: '', operation: name, requestId };
  const call: Call = {
    time: new Date(),
    service: service.name,
    operation: name,
    principalArn: '',
    account: '',
    region,
  };
  try {
    const { account, principalArn } = backend.identify(accessKeyId);
    for (const x of [context, call]) Object.assign(x, { account, principalArn });
    const [operation, handler] = handlerOf(found);
    const input = await wire.input(operation, request, found.label);
    checkRequired(operation, input);
    backend.authorize(service, input, context);
    return wire.output(operation, await handler(input, context), settings, requestId);
  } catch (error) {
    const failure = failureOf(service, error, requestId);
    call.error = failure.code;
    if (failure.status >= 500) backend.log(`${service.name} ${name}: ${failure.code}: ${failure.detail}`);
    return wire.failure(failure, settings);
  } finally {
    backend.record(call);
  }
}

/** Credential=AKID/20260101/us-east-1/s3/aws4_request, in the Authorization header or, presigned, in the query. */
function scopeOf({ headers, query }: Request): { accessKeyId: string; region: string; signedFor: string } {
  const header = /Credential=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1];
  const [accessKeyId = '', , region = 'us-east-1', signedFor = ''] = (
    header ??
    query.get('X-Amz-Credential') ??
    ''
  ).split('/');
  return { accessKeyId, region, signedFor };
}

function noService(backend: Backend, { method, path, headers }: Request, signedFor: string): Reply {
  const asked = `${signedFor || 'unsigned'} ${method} ${path} ${headers['x-amz-target'] ?? ''}`.trim();
  backend.log(`no service answers ${asked}`);
  const message = `The local cloud has no service for: ${asked}. Services are listed in rehearsal/cloud/services/index.ts.`;
  return {
    status: 501,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ __type: 'NotImplemented', message }),
  };
}

function handlerOf({ service, operation: name }: Route) {
  const operation = service.operations.get(name);
  if (!operation) throw new AwsError('InvalidAction', `Could not find operation ${name}`);
  const handler = service.handlers[name];
  if (handler) return [operation, handler] as const;
  throw new AwsError('NotImplemented', `The local cloud does not implement ${service.name}:${name}.`, 501);
}

function checkRequired(operation: any[], input: unknown): void {
  const [absent] = absentMembers(schemaOf(operation[4]), input);
  if (!absent) return;
  const message = `Value null at '${absent.slice(1)}' failed to satisfy constraint: Member must not be null`;
  throw new AwsError('ValidationException', `1 validation error detected: ${message}`);
}

/** The SDK's own error classes carry code and status in their schemas; an AwsError carries them itself; the rest is a fault here. */
function failureOf(service: Service, error: any, requestId: string): Failure & { detail: string } {
  const schema = service.errors.get(error.name);
  const traits = (schema?.[3] ?? {}) as any;
  const known = schema || error instanceof AwsError;
  const status =
    error.status ?? traits.awsQueryError?.[1] ?? traits.httpError ?? (traits.error === 'client' ? 400 : 500);
  const { name: _n, message: _m, $fault: _f, $metadata: _d, stack: _s, $response: _r, ...members } = error;
  return {
    code: known ? (error.code ?? traits.awsQueryError?.[0] ?? error.name) : 'InternalFailure',
    message: error.message,
    status: known ? status : 500,
    fault: known && status < 500 ? 'client' : 'server',
    schema,
    value: error instanceof AwsError ? error.fields : members,
    requestId,
    detail: known ? error.message : (error.stack ?? String(error)),
  };
}

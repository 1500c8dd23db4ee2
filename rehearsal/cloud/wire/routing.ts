import { restRoute } from './rest-routing';
import { wires, type Service } from './service';
import type { Request, Wire } from './wire';

/** Which operation of which service a request is for, and in which format it speaks. */
export interface Route {
  service: Service;
  wire: Wire;
  operation: string;
  label: Record<string, string>;
}

/** Finds the route of a request; `signedFor` is the service in its signature's scope. Undefined where no service answers. */
export function route(services: Service[], request: Request, signedFor: string): Route | undefined {
  return (
    cborRoute(services, request) ??
    jsonRoute(services, request) ??
    queryRoute(services, request) ??
    rest(services, request, signedFor)
  );
}

function found(service: Service | undefined, operation: string, wire = service?.wire): Route | undefined {
  return service && wire && { service, wire, operation, label: {} };
}

/** /service/{target}/operation/{name} */
function cborRoute(services: Service[], { path, headers }: Request): Route | undefined {
  const match = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
  if (!match || headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined;
  return found(
    services.find((s) => s.target === match[1]),
    match[2]!,
    wires['smithy.protocols#rpcv2Cbor'],
  );
}

/** x-amz-target: {target}.{operation} */
function jsonRoute(services: Service[], { headers }: Request): Route | undefined {
  const header = headers['x-amz-target'];
  if (!header) return undefined;
  const dot = header.lastIndexOf('.');
  const version = headers['content-type'] === 'application/x-amz-json-1.0' ? '1_0' : '1_1';
  const service = services.find((s) => s.target === header.slice(0, dot));
  return found(service, header.slice(dot + 1), wires[`aws.protocols#awsJson${version}`]);
}

/** Action and Version in the query or the form. A service that moved to JSON still understands the older query format. */
function queryRoute(services: Service[], { query, headers, body }: Request): Route | undefined {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const form = query.has('Action') ? query : isForm ? new URLSearchParams(body.toString('utf8')) : undefined;
  const action = form?.get('Action');
  if (!form || !action) return undefined;
  const ofVersion = services.filter((s) => s.version === form.get('Version'));
  const [query1, query2] = [wires['aws.protocols#awsQuery'], wires['aws.protocols#ec2Query']];
  const native = ofVersion.find((s) => s.wire === query1 || s.wire === query2);
  return found(native, action) ?? found(ofVersion[0], action, query1);
}

function rest(services: Service[], request: Request, signedFor: string): Route | undefined {
  const [xml, json] = [wires['aws.protocols#restXml'], wires['aws.protocols#restJson1']];
  for (const service of services) {
    if (service.name !== signedFor || (service.wire !== xml && service.wire !== json)) continue;
    const match = restRoute(service, request);
    if (match) return { service, wire: service.wire, ...match };
  }
  return undefined;
}

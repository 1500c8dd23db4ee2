import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { codecSettings, schemaOf, structureOf, type OperationSchema, type Shape } from './schema';
import type { Reply, Request } from './wire';

/** How a REST format writes what is not bound to a header, the path or the query. */
export interface BodyFormat {
  contentType: string;
  read(schema: NormalizedSchema, body: Buffer): Promise<Shape>;
  /** The members that make up the body, as a document of the operation's. */
  write(operation: OperationSchema, members: [string, any][], value: Shape, xmlNamespace: string): Uint8Array | string;
  /** A structure that is the whole body. */
  writePayload(schema: NormalizedSchema, value: Shape, xmlNamespace: string): Uint8Array | string;
}

const fromText = new FromStringShapeDeserializer(codecSettings('dateTime', true));
const toText = new ToStringShapeSerializer(codecSettings('dateTime', true));

function headerText(schema: NormalizedSchema, value: unknown): string {
  toText.write(schema, value);
  return toText.flush() as string;
}

const bindings = [
  'httpHeader',
  'httpQuery',
  'httpLabel',
  'httpPrefixHeaders',
  'httpQueryParams',
  'httpResponseCode',
  'httpPayload',
];
const isBody = (traits: any) => bindings.every((name) => traits[name] === undefined);

/** Reads an input from path, query, headers and body, as the operation's traits bind its members. */
export async function readBound(
  operation: OperationSchema,
  request: Request,
  label: Record<string, string>,
  format: BodyFormat,
) {
  const input: Shape = {};
  const schema = schemaOf(operation[4]);
  if (schema.isUnitSchema()) return input;
  let hasBody = false;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits() as any;
    if (traits.httpPayload) {
      if (!member.isStructSchema()) input[name] = member.isBlobSchema() ? request.body : request.body.toString('utf8');
      else if (request.body.length) input[name] = await format.read(member, request.body);
    } else if (traits.httpPrefixHeaders !== undefined) {
      const found = prefixed(request.headers, traits.httpPrefixHeaders);
      if (Object.keys(found).length) input[name] = found;
    } else {
      const text = boundText(traits, name, request, label);
      if (text !== undefined) input[name] = fromText.read(member, text);
      hasBody ||= isBody(traits);
    }
  }
  if (hasBody && request.body.length) Object.assign(input, await format.read(schema, request.body));
  return input;
}

function prefixed(headers: Record<string, string>, prefix: string): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function boundText(
  traits: any,
  name: string,
  { headers, query }: Request,
  label: Record<string, string>,
): string | undefined {
  if (traits.httpLabel) return label[name];
  if (traits.httpHeader) return headers[traits.httpHeader.toLowerCase()];
  return traits.httpQuery ? (query.get(traits.httpQuery) ?? undefined) : undefined;
}

/** Writes an output into status, headers and body. */
export function writeBound(operation: OperationSchema, value: Shape, xmlNamespace: string, format: BodyFormat): Reply {
  const reply = {
    status: operation[3]?.http?.[2] ?? 200,
    headers: {} as Record<string, string>,
    body: '' as Uint8Array | string,
  };
  const structure = structureOf(operation[5]);
  if (!structure) return reply;
  const inBody: [string, any][] = [];
  let i = 0;
  for (const [name, member] of schemaOf(operation[5]).structIterator()) {
    const traits = member.getMergedTraits() as any;
    const reference = structure[5][i++];
    const v = value[name];
    if (isBody(traits)) inBody.push([name, reference]);
    else if (v === undefined || v === null) continue;
    else if (traits.httpHeader) reply.headers[traits.httpHeader.toLowerCase()] = headerText(member, v);
    else if (traits.httpPrefixHeaders !== undefined) {
      for (const [key, text] of Object.entries(v)) reply.headers[traits.httpPrefixHeaders + key] = String(text);
    } else if (traits.httpResponseCode) reply.status = v;
    else reply.body = member.isStructSchema() ? format.writePayload(member, v, xmlNamespace) : v;
  }
  if (inBody.length) {
    reply.body = format.write(operation, inBody, value, xmlNamespace);
    reply.headers['content-type'] = format.contentType;
  }
  return reply;
}

import { CborCodec } from '@smithy/core/cbor';
import { errorType, queryError } from './json';
import { schemaOf, type Shape } from './schema';
import type { Wire } from './wire';

const DOCUMENT = 15;
const codec = new CborCodec();
const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

function write(schema: any, value: Shape): Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush() as Uint8Array;
}

/** Smithy RPC v2 CBOR: what some clients speak to CloudWatch. */
export const rpcCbor: Wire = {
  input: (operation, { body }) => (body.length ? codec.createDeserializer().read(operation[4], body) : {}),
  output: (operation, value) => ({
    headers,
    body: schemaOf(operation[5]).isUnitSchema() ? '' : write(operation[5], value),
  }),
  failure: (f) => ({
    status: f.status,
    headers: { ...headers, 'x-amzn-query-error': queryError(f) },
    body: write(DOCUMENT, { ...f.value, __type: errorType(f), message: f.message }),
  }),
};

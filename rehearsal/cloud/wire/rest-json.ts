import { JsonCodec2 } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { readBound, writeBound, type BodyFormat } from './rest';
import { codecSettings, structure, type Shape } from './schema';
import type { Wire } from './wire';

const codec = new JsonCodec2({ ...codecSettings('epochSeconds'), jsonName: true });

function write(schema: any, value: Shape): Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush() as Uint8Array;
}

const format: BodyFormat = {
  contentType: 'application/json',
  read: async (schema: NormalizedSchema, body) => codec.createDeserializer().read(schema, body as any),
  write: (operation, members, value) => write(structure(operation[2], members), value),
  writePayload: write,
};

/** restJson1: Lambda. */
export const restJson: Wire = {
  input: (operation, request, label) => readBound(operation, request, label, format),
  output: (operation, value, { xmlNamespace }) => writeBound(operation, value, xmlNamespace, format),
  failure: (f) => ({
    status: f.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': f.schema?.[2] ?? f.code },
    body: JSON.stringify({ ...f.value, message: f.message, Message: f.message }),
  }),
};

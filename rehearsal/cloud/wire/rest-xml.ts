import { readBound, writeBound, type BodyFormat } from './rest';
import { membersOf, schemaOf } from './schema';
import type { Wire } from './wire';
import { readXml, writeXml, xmlDocument } from './xml';

const STRING = 0;
const format: BodyFormat = {
  contentType: 'application/xml',
  read: readXml,
  write(operation, members, value, xmlNamespace) {
    const root = (schemaOf(operation[5]).getMergedTraits() as any).xmlName ?? `${operation[2]}Result`;
    return xmlDocument(root, members, value, xmlNamespace);
  },
  writePayload: (schema, value, xmlNamespace) => writeXml(schema, value, xmlNamespace),
};

/** restXml: S3. */
export const restXml: Wire = {
  input: (operation, request, label) => readBound(operation, request, label, format),
  output: (operation, value, { xmlNamespace }) => writeBound(operation, value, xmlNamespace, format),
  failure(f) {
    const own = membersOf(f.schema).filter(([name]) => !/^(message|code)$/i.test(name));
    const members: [string, any][] = [['Code', STRING], ['Message', STRING], ...own, ['RequestId', STRING]];
    const value = { ...f.value, Code: f.code, Message: f.message, RequestId: f.requestId };
    return {
      status: f.status,
      headers: { 'content-type': 'application/xml' },
      body: xmlDocument('Error', members, value),
    };
  },
};

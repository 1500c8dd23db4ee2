import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { codecSettings, structure, type Shape } from './schema';

const settings = (xmlNamespace?: string) =>
  ({ ...codecSettings('dateTime'), xmlNamespace, serviceNamespace: 'local' }) as any;

/** The SDK's XML of a value. */
export function writeXml(schema: any, value: Shape, xmlNamespace?: string): string {
  const serializer = new XmlShapeSerializer(settings(xmlNamespace));
  serializer.write(schema, value);
  return String(serializer.flush());
}

/** A document with a root element of its own and these members below it. */
export function xmlDocument(root: string, members: [string, any][], value: Shape, xmlNamespace?: string): string {
  return writeXml(structure(root, members), value, xmlNamespace);
}

/** Reads a body by the SDK's schema. Rejects what is no XML. */
export async function readXml(schema: NormalizedSchema, body: Uint8Array): Promise<Shape> {
  return new XmlShapeDeserializer(settings()).read(schema, body);
}

import { NormalizedSchema } from '@smithy/core/schema';

// The SDK's clients export their schemas as tuples, `DescribeServices$` for one. They are no documented interface: the
// pinned versions and the tests of this folder keep the two together.

export type Shape = Record<string, any>;
/** [kind, namespace, name, traits, member names, member schemas, how many of the first members are required] */
export type StructSchema = [3 | 4 | -3, string, string, any, string[], any[], number?];
/** [kind, namespace, name, traits, input, output] */
export type OperationSchema = [9, string, string, any, any, any];

/** The SDK's own reader of schemas. */
export const schemaOf = (reference: any): NormalizedSchema => NormalizedSchema.of(reference);

/** The structure behind a reference; undefined for anything else. */
export function structureOf(reference: any): StructSchema | undefined {
  const schema = schemaOf(reference);
  return schema.isStructSchema() ? (schema.getSchema() as unknown as StructSchema) : undefined;
}

/** Names and schemas of a structure's members. */
export function membersOf(reference: any): [string, any][] {
  const structure = structureOf(reference);
  return structure ? structure[4].map((name, i) => [name, structure[5][i]]) : [];
}

/** A structure made up on the spot. */
export function structure(name: string, members: [string, any][]): StructSchema {
  return [3, 'local', name, 0, members.map(([key]) => key), members.map(([, schema]) => schema)];
}

/** Timestamp formats by the SDK's numbers. */
export const timestamps = { dateTime: 5, httpDate: 6, epochSeconds: 7 } as const;

/** Settings of the SDK's codecs: each member's own timestamp format, else this one. */
export const codecSettings = (timestamp: keyof typeof timestamps, httpBindings = false) =>
  ({ timestampFormat: { useTrait: true, default: timestamps[timestamp] }, httpBindings }) as any;

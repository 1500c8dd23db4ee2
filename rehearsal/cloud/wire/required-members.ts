import type { NormalizedSchema } from '@smithy/core/schema';
import type { StructSchema } from './schema';

/** Paths of required members that are absent, at any depth. A structure's first N members are the required ones. */
export function absentMembers(schema: NormalizedSchema, value: any, at = ''): string[] {
  if (value === undefined || value === null) return [];
  if (schema.isListSchema()) {
    return (value as any[]).flatMap((item, i) => absentMembers(schema.getValueSchema(), item, `${at}.${i + 1}.member`));
  }
  if (schema.isMapSchema()) {
    return Object.entries(value).flatMap(([key, item]) =>
      absentMembers(schema.getValueSchema(), item, `${at}.${key}.member`),
    );
  }
  if (!schema.isStructSchema()) return [];
  const required = (schema.getSchema() as unknown as StructSchema)[6] ?? 0;
  return [...schema.structIterator()].flatMap(([name, member], i) => {
    if (value[name] != null) return absentMembers(member, value[name], `${at}.${name}`);
    return i < required && !member.isIdempotencyToken() ? [`${at}.${name}`] : [];
  });
}

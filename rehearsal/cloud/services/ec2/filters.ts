import type { NormalizedSchema } from '@smithy/core/schema';
import { schemaOf, type Shape } from '../../wire/schema';
import { AwsError } from '../../wire/service';

export interface Filter {
  Name?: string;
  Values?: string[];
}

/** Filter names that are not the path of a field with hyphens. */
const spellings: Record<string, string> = {
  cidr: 'cidr-block',
  cidrBlock: 'cidr-block',
  isDefault: 'is-default',
  availabilityZone: 'availability-zone',
  defaultForAz: 'default-for-az',
};

/**
 * Keeps what fits every filter. A filter's name is the path of a field of the SDK's own structure (`route.nat-gateway-id`),
 * or tag:<key>, or tag-key. Throws InvalidParameterValue for a name that is no such path.
 */
export function filtered<T extends Shape>(
  items: T[],
  filters: Filter[] = [],
  schema: unknown,
  own: Record<string, (item: T) => unknown[]> = {},
): T[] {
  const tests = filters.map(({ Name: name = '', Values: values = [] }) => {
    const patterns = values.map(wildcard);
    const select = own[name] ?? selector(name, schema);
    return (item: T) => select(item).some((v) => v !== undefined && patterns.some((p) => p.test(String(v))));
  });
  return items.filter((item) => tests.every((test) => test(item)));
}

function selector(name: string, schema: unknown): (item: Shape) => unknown[] {
  const tags = (item: Shape): { Key: string; Value: string }[] => item.Tags ?? item.TagSet ?? [];
  if (name.startsWith('tag:'))
    return (item) => tags(item).flatMap((t) => (t.Key === name.slice('tag:'.length) ? [t.Value] : []));
  if (name === 'tag-key') return (item) => tags(item).map((t) => t.Key);
  const path: string[] = [];
  let at = schemaOf(schema);
  for (const part of (spellings[name] ?? name).split('.')) {
    const found = field(at, part);
    if (!found) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    path.push(found[0]);
    at = found[1];
  }
  return (item) =>
    path.reduce<unknown[]>(
      (values, key) => values.flatMap((value) => (value as Shape | undefined)?.[key] ?? []),
      [item],
    );
}

function field(schema: NormalizedSchema, part: string): [string, NormalizedSchema] | undefined {
  const structure = schema.isListSchema() ? schema.getValueSchema() : schema;
  if (!structure.isStructSchema()) return undefined;
  const wanted = part.replaceAll('-', '').toLowerCase();
  return [...structure.structIterator()].find(([name]) => [wanted, `${wanted}s`].includes(name.toLowerCase()));
}

/** EC2's patterns: `*` is any number of characters, `?` exactly one. */
const wildcard = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    's',
  );

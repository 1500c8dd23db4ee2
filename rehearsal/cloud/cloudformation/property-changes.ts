import type { Property } from '@aws-cdk/service-spec-types';
import type { Values } from '../state';
import { specOf, structureOf } from './spec';

export type Recreation = 'Never' | 'Conditionally' | 'Always';

/** A property whose value an update would change, and whether that makes a new resource. */
export interface PropertyChange {
  name: string;
  before: any;
  after: any;
  recreation: Recreation;
}

/** What changes from one set of properties to another. */
export function changes(type: string, before: Values, after: Values): PropertyChange[] {
  return changedFields(specOf(type)?.properties ?? {}, before, after);
}

function changedFields(fields: Record<string, Property>, before: Values, after: Values): PropertyChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !same(before[name], after[name]))
    .map((name) => ({
      name,
      before: before[name],
      after: after[name],
      recreation: recreation(fields[name], before[name], after[name]),
    }));
}

const same = (a: any, b: any) => JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));

/** CloudFormation compares scalars as text ('80' is 80) and objects without regard to order. */
function comparable(value: any): any {
  if (Array.isArray(value)) return value.map(comparable);
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, comparable(value[key])]),
    );
  }
  return value === undefined ? value : String(value);
}

/** A structure replaces where one of its own changed fields does. */
function recreation(property: Property | undefined, before: any, after: any): Recreation {
  if (property?.causesReplacement === 'yes') return 'Always';
  if (property?.causesReplacement === 'maybe') return 'Conditionally';
  const element = property?.type.type === 'array' ? property.type.element : property?.type;
  const inner = element && structureOf(element);
  if (!inner || before === undefined || after === undefined) return 'Never';
  const isList = Array.isArray(before) && Array.isArray(after);
  const pairs: [any, any][] = isList ? before.slice(0, after.length).map((b, i) => [b, after[i]]) : [[before, after]];
  const found = pairs.flatMap(([b, a]) => changedFields(inner.properties, b, a)).map((change) => change.recreation);
  if (found.includes('Always')) return 'Always';
  return found.includes('Conditionally') ? 'Conditionally' : 'Never';
}

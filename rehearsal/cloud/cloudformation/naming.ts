import { letters } from '../hash';
import type { ResourceType } from '../module';
import { identifiers, specOf } from './spec';

/** Where a resource stands in its stack: generated names are made of it. */
export interface Naming {
  stackName: string;
  stackId: string;
  logicalId: string;
}

/** The property that names a resource, if CloudFormation makes up a name for it: <Type>Name, Name, or the settable identifier. */
export function nameProperty(type: string, own: ResourceType = {}): string | undefined {
  if (own.name) return own.name;
  const fields = specOf(type)?.properties ?? {};
  const short = type.split('::').pop()!;
  const settable = identifiers(type).filter((name) => name in fields && !fields[name]!.required);
  const candidates = [`${short}Name`, settable.length === 1 ? settable[0]! : '', 'Name'];
  return candidates.find((name) => fields[name]?.type.type === 'string' && !fields[name].required);
}

/** {stack}-{logical id}-{12 capital letters and digits}, cut in its parts where a type's names are shorter. */
export function generatedName(own: ResourceType, naming: Naming, seed: string): string {
  const tail = letters(seed, 12);
  const room = Math.floor(((own.maxLength ?? 128) - tail.length - 2) / 2);
  const name = `${naming.stackName.slice(0, room)}-${naming.logicalId.slice(0, room)}-${tail}`;
  return own.lowerCase ? name.toLowerCase() : name;
}

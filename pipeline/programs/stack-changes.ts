import { difference, type Difference, securityOf } from './security-changes';
import type { Template } from './template';

/** What a delivery would do to one stack. */
export interface StackChange {
  name: string;
  isNew: boolean;
  /** Logical ids of resources that differ, each with + (added), - (removed) or ~ (changed). */
  resources: string[];
  permissions: Difference;
  rules: Difference;
}

/** Compares what is deployed with what would be; undefined where nothing is deployed yet. */
export function stackChange(name: string, deployed: Template | undefined, wanted: Template): StackChange {
  const before = deployed?.Resources ?? {};
  const after = wanted.Resources;
  const was = securityOf({ Resources: before });
  const will = securityOf(wanted);
  const mark = (id: string) => (before[id] ? (after[id] ? '~' : '-') : '+');
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    name,
    isNew: deployed === undefined,
    resources: ids
      .filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]))
      .map((id) => `${mark(id)} ${id} (${(after[id] ?? before[id]!).Type})`),
    permissions: difference(was.permissions, will.permissions),
    rules: difference(was.rules, will.rules),
  };
}

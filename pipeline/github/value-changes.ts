import { readable } from '../programs/readable';

/** Characters of a value that a line shows. */
const shown = 70;

/** What differs between two values of a template, down to the single members: `path: before → after`. */
export function valueChanges(before: unknown, after: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const parts = [membersOf(before), membersOf(after)];
  if (!parts[0] || !parts[1]) return [`${path}: ${short(before)} → ${short(after)}`];
  const [was, is] = parts as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    valueChanges(was[key], is[key], path ? `${path}.${key}` : key),
  );
}

/** Members of a list by their names where they have some, as containers and variables do: an added one shifts no other. */
function membersOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // Ref, Fn::Join and the like are one value.
  if (Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const names = value.map((member: { Name?: unknown; Key?: unknown } | null) => member?.Name ?? member?.Key);
  const isNamed = names.every((name) => typeof name === 'string');
  return Object.fromEntries(value.map((member, i) => [isNamed ? String(names[i]) : i, member as unknown]));
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = readable(value);
  // What differs is more often at the end: tags, versions, numbers.
  return text.length > shown ? `…${text.slice(-shown)}` : text;
}

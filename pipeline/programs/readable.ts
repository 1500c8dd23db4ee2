/** A template's value as a person reads it: references by their names, joined texts joined. */
export function readable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(readable).join(', ');
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', ''];
  if (entries.length === 1 && name === 'Ref') return String(argument);
  if (entries.length === 1 && name === 'Fn::GetAtt') return (argument as string[]).join('.');
  if (entries.length === 1 && name === 'Fn::Join') return (argument[1] as unknown[]).map(readable).join(argument[0]);
  if (entries.length === 1 && name.startsWith('Fn::')) return readable(argument);
  return entries.map(([key, inner]) => `${key} ${readable(inner)}`).join(', ');
}

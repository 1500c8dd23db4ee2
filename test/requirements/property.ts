/** A path's next step: '[Key=Value]', '[]', '{Key,Key}' or 'Key'; and the rest. */
const step = /^\.?(?:\[(?<key>\w*)=?(?<wanted>[^\]]*)\]|\{(?<keys>[\w,]+)\}|(?<name>[^.[\]{}]+))(?<rest>.*)$/;

/**
 * The value at a path: 'Key', '[Key=Value]' for the first member of a list with that value, '[]' for all members, '{Key,Key}'
 * for an object with these keys alone. Undefined where there is none.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '' || value === undefined) return value;
  const found = step.exec(path)?.groups;
  if (!found) throw new Error(`'${path}' is no path`);
  const { key, wanted, keys, name, rest = '' } = found;
  // A text that holds JSON, such as a lifecycle policy.
  if (typeof value === 'string') return valueAt(JSON.parse(value), path);
  if (keys) {
    const picked = Object.entries(value as object).filter(([k]) => keys.split(',').includes(k));
    return valueAt(Object.fromEntries(picked), rest);
  }
  if (name) return valueAt((value as Record<string, unknown>)[name], rest);
  const members = value as Record<string, unknown>[];
  if (!key) return members.map((member) => valueAt(member, rest));
  return valueAt(
    members.find((member) => String(member[key]) === wanted),
    rest,
  );
}

import type { Suite } from './runner/run-checks';

/** The suites of those names, in the order in which they run; all where none is named. Throws an error that lists the known ones. */
export function chosen(suites: Suite[], only: string[] = []): Suite[] {
  const known = suites.map((s) => s.name);
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no suite '${unknown}'. Suites: ${known.join(', ')}`);
  return only.length ? suites.filter((s) => only.includes(s.name)) : suites;
}

/** What actions left for later ones, by namespace: #{Source.CommitId}. */
export type Namespaces = Map<string, Record<string, string>>;

/** Replaces every #{namespace.name}. Throws where no earlier action left that variable. */
export function resolveVariables(
  configuration: Record<string, string>,
  namespaces: Namespaces,
): Record<string, string> {
  const resolve = (text: string, inJson: boolean) =>
    text.replace(/#\{([\w@-]+)\.([\w@-]+)\}/g, (reference, namespace: string, name: string) => {
      const found = namespaces.get(namespace)?.[name];
      if (found === undefined)
        throw new Error(`The action configuration contains an unresolved variable: ${reference}`);
      return inJson ? JSON.stringify(found).slice(1, -1) : found;
    });
  // EnvironmentVariables is JSON text: a quote or a line break in a commit message must stay inside its string.
  const entries = Object.entries(configuration);
  return Object.fromEntries(entries.map(([key, value]) => [key, resolve(value, key === 'EnvironmentVariables')]));
}

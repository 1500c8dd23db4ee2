/** A resource of a template, as far as prices depend on it. */
export interface Resource {
  Type: string;
  // Only AWS's schemas know the shape of each type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Properties?: Record<string, any>;
}
export interface Template {
  Resources?: Record<string, Resource>;
}

/** The resources of one type, with their properties. */
export const resourcesOf = (templates: Template[], type: string): NonNullable<Resource['Properties']>[] =>
  templates.flatMap(({ Resources = {} }) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties = {} }) => Properties),
  );

import type { AnyResource } from '../../aws-facts/handlers';

/** A resource of a template. */
export interface Resource extends AnyResource {
  // Only AWS's schemas know the shape of each type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Properties?: Record<string, any>;
}
export interface Template {
  Parameters?: Record<string, { Type: string; Default?: string }>;
  Resources?: Record<string, Resource>;
}

/** A stack, and where it is deployed. */
export interface PlacedStack {
  name: string;
  account: string;
  region: string;
  template: Template;
}

export const resourcesIn = ({ template }: PlacedStack): Resource[] => Object.values(template.Resources ?? {});
export const ofType = (stack: PlacedStack, ...types: string[]): Resource[] =>
  resourcesIn(stack).filter(({ Type }) => types.includes(Type));

/** A CloudFormation template, as far as the guard reads it. */
export interface Template {
  Resources: Record<string, TemplateResource>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** Value of a property that is a literal or refers to a resource of the stack; anything else as it is written. */
export function resolve(value: unknown, physicalIds: Map<string, string>): string {
  if (typeof value === 'string') return value;
  const id = (value as { Ref?: string } | undefined)?.Ref;
  return (id !== undefined && physicalIds.get(id)) || JSON.stringify(value);
}

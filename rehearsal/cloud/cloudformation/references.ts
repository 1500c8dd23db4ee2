import { splitAttribute, type ResourceDefinition } from './template';

/** A logical id or parameter that a value mentions, with the attribute asked for. */
export interface Reference {
  name: string;
  attribute?: string;
}

/** Everything that a value mentions by Ref, Fn::GetAtt and Fn::Sub, at any depth. */
export function* references(value: any): Generator<Reference> {
  if (!value || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) yield* references(item);
    return;
  }
  for (const [key, argument] of Object.entries<any>(value)) {
    if (key === 'Ref' && typeof argument === 'string') yield { name: argument };
    else if (key === 'Fn::GetAtt') {
      const [name, attribute] = typeof argument === 'string' ? splitAttribute(argument) : argument;
      yield { name, attribute };
    } else if (key === 'Fn::Sub') yield* substitutions(argument);
    else yield* references(argument);
  }
}

function* substitutions(argument: any): Generator<Reference> {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  for (const [, name = ''] of String(text).matchAll(/\$\{([^!}]+)\}/g)) {
    if (name in own) continue;
    const [resource, attribute] = splitAttribute(name);
    yield name.includes('.') ? { name: resource, attribute } : { name };
  }
  yield* references(own);
}

/** For each logical id the logical ids that it waits for. */
export function dependencies(resources: Record<string, ResourceDefinition>): Map<string, string[]> {
  return new Map(
    Object.entries(resources).map(([id, resource]) => {
      const named = [...references(resource.Properties)].map((reference) => reference.name);
      const all = [...[resource.DependsOn ?? []].flat(), ...named];
      return [id, [...new Set(all)].filter((name) => name in resources && name !== id)];
    }),
  );
}

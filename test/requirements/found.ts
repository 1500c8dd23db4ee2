import { valueAt } from './property';
import { type Case, type Json, type Proof, valueIn } from './row';
import { deliveryOf, type Found, type Stacks } from './stage';

/** What a row expects in a case, and what the templates have there. */
export interface Look {
  readonly expected: Json;
  readonly found: unknown;
}

/** Looks for what the row says. Throws where the row is wrong itself: no such stack, or no expectation. */
export function lookAt(proof: Proof, about: Case): Look {
  const values = resourcesOf(proof, about).map((resource) => propertyOf(resource, proof.property, about));
  if ('is' in proof) {
    const expected = valueIn(proof.is, about);
    return {
      expected,
      found: values.length === 1 ? values[0] : `${values.length} resources: ${JSON.stringify(values)}`,
    };
  }
  if ('each' in proof) {
    const expected = valueIn(proof.each, about);
    const others = values.filter((value) => JSON.stringify(value) !== JSON.stringify(expected));
    return {
      expected,
      found: values.length === 0 && !proof.ifAny ? 'no resource' : others.length ? others[0] : expected,
    };
  }
  if (!('all' in proof)) throw new Error(`'${proof.requirement}' expects nothing`);
  return { expected: sorted(valueIn(proof.all, about)), found: sorted(values) };
}

/** In an order that says nothing. */
const sorted = (values: unknown) =>
  (Array.isArray(values) ? [...(values as unknown[])] : [values]).sort((a, b) =>
    (JSON.stringify(a) ?? '') < (JSON.stringify(b) ?? '') ? -1 : 1,
  ) as Json;

function propertyOf(resource: Found, path: string, { service }: Case): unknown {
  const of = path.replaceAll('{service}', service);
  return of.startsWith('/') ? valueAt(resource, of.slice(1)) : valueAt(resource.Properties, of);
}

function resourcesOf(proof: Proof, about: Case): Found[] {
  const { type, id = '*', where = {}, stack = about.service } = proof;
  const { pipeline, stages } = deliveryOf(about.system);
  const stacks: Stacks = stack === 'pipeline' ? pipeline : stages[about.environment]!;
  const some = stack === 'all' ? Object.values(stacks).flat() : (stacks[stack] ?? noStack(stack, stacks));
  const wanted = id.replace('{service}', about.service.replaceAll('-', ''));
  return some.filter(
    (resource) =>
      resource.Type === type &&
      (wanted.endsWith('*') ? resource.id.startsWith(wanted.slice(0, -1)) : resource.id === wanted) &&
      Object.entries(where).every(
        ([path, value]) =>
          JSON.stringify(propertyOf(resource, path, about)) === JSON.stringify(valueIn(value, about) ?? undefined),
      ),
  );
}

function noStack(stack: string, stacks: Stacks): never {
  throw new Error(`There is no stack '${stack}': there are ${Object.keys(stacks).join(', ')}`);
}

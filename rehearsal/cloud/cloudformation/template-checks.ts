import type { Cloud } from '../state';
import { validationError } from './errors';
import { dependencies, references, type Reference } from './references';
import { isCustom, isKnownType, supportsAttribute } from './spec';
import type { Template } from './template';

/** Refuses what CloudFormation refuses before it makes anything: unknown types, lost references, circles. */
export function checkTemplate(template: Template, cloud: Cloud): void {
  checkTypes(template, cloud);
  const dependsOn = Object.values(template.Resources)
    .flatMap((resource) => [resource.DependsOn ?? []].flat())
    .map((name): Reference => ({ name }));
  checkReferences(template, 'Resources', [...references(template.Resources), ...dependsOn]);
  checkReferences(template, 'Outputs', [...references(template.Outputs)]);
  checkCircles(template);
}

function checkTypes(template: Template, cloud: Cloud): void {
  const types = [...new Set(Object.values(template.Resources).map((resource) => resource.Type))];
  const unhandled = types.filter((type) => !cloud.resourceTypes.has(type));
  const custom = unhandled.filter(isCustom);
  if (custom.length) {
    throw validationError(
      `The local cloud runs no custom resource providers, and the template has [${custom.join(', ')}]. ` +
        'Use a resource type of AWS, or give the type a handler in a module of rehearsal/cloud/services.',
    );
  }
  const unknown = unhandled.filter((type) => !isKnownType(type));
  if (unknown.length)
    throw validationError(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`);
}

function checkReferences(template: Template, block: string, used: Reference[]): void {
  const isKnown = (name: string) =>
    name in template.Resources || name in (template.Parameters ?? {}) || name.startsWith('AWS::');
  const lost = [...new Set(used.map(({ name }) => name).filter((name) => !isKnown(name)))];
  if (lost.length) {
    const where = `in the ${block} block of the template`;
    throw validationError(`Template format error: Unresolved resource dependencies [${lost.join(', ')}] ${where}`);
  }
  for (const { name, attribute } of used) {
    const type = template.Resources[name]?.Type;
    if (attribute && type && !supportsAttribute(type, attribute)) {
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
}

/** Takes away what waits for nothing until nothing can be taken away; a rest is a circle. */
function checkCircles(template: Template): void {
  const graph = dependencies(template.Resources);
  for (let found = true; found;) {
    found = false;
    for (const [id, waitsFor] of graph) {
      if (waitsFor.some((other) => graph.has(other))) continue;
      graph.delete(id);
      found = true;
    }
  }
  if (graph.size) throw validationError(`Circular dependency between resources: [${[...graph.keys()].join(', ')}]`);
}

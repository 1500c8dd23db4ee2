import { exportsOf } from './exports';
import { validationError } from './errors';
import { condition, evaluate, type Scope } from './intrinsics';
import type { Desired, Stack } from './stack';
import type { ResourceDefinition } from './template';

/** What a stack's template sees. Names of exports that it reads are added to `imported`. */
export function scopeOf(
  stack: Stack,
  desired: Desired,
  resources: Pick<Scope, 'ref' | 'attribute'>,
  imported = new Set<string>(),
): Scope {
  return {
    env: stack.env,
    template: desired.template,
    parameters: desired.parameters.resolved,
    stack,
    ...resources,
    importValue(name) {
      const found = exportsOf(stack.env).find((e) => e.name === name);
      if (!found) throw validationError(`No export named ${name} found`);
      imported.add(name);
      return found.value;
    },
  };
}

/** Resources whose condition holds. */
export function activeResources(desired: Desired, scope: Scope): Record<string, ResourceDefinition> {
  const all = Object.entries(desired.template.Resources);
  return Object.fromEntries(all.filter(([, resource]) => !resource.Condition || condition(resource.Condition, scope)));
}

/** Refuses where an assertion of the template's Rules does not hold: the CDK checks the version of its bootstrap stack so. */
export function checkRules(scope: Scope): void {
  for (const rule of Object.values(scope.template.Rules ?? {})) {
    if (rule.RuleCondition && evaluate(rule.RuleCondition, scope) !== true) continue;
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (evaluate(Assert, scope) !== true) throw validationError(`Template error: ${AssertDescription}`);
    }
  }
}

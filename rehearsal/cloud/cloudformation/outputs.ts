import { condition, evaluate, type Scope } from './intrinsics';
import type { Output } from './stack';

/** The outputs whose conditions hold. */
export function evaluateOutputs(scope: Scope): Output[] {
  const declared = Object.entries(scope.template.Outputs ?? {});
  return declared
    .filter(([, output]) => !output.Condition || condition(output.Condition, scope))
    .map(([key, output]) => ({
      key,
      value: String(evaluate(output.Value, scope)),
      description: output.Description,
      exportName: output.Export && evaluate(output.Export.Name, scope),
    }));
}

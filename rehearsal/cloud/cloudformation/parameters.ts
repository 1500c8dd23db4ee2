import type { Environment, Values } from '../state';
import { validationError } from './errors';
import type { Template } from './template';

export interface ParameterInput {
  ParameterKey?: string;
  ParameterValue?: string;
  UsePreviousValue?: boolean;
}

export interface Parameters {
  /** As given or by default: for a parameter of SSM's, its name. */
  given: Record<string, string>;
  /** As Ref returns them. */
  resolved: Record<string, any>;
}

/** Binds a template's parameters. Throws CloudFormation's ValidationError for absent, unknown and unfit values. */
export function bindParameters(
  template: Template,
  input: ParameterInput[],
  previous: Record<string, string>,
  env: Environment,
): Parameters {
  const declared = template.Parameters ?? {};
  const unknown = input.map((p) => p.ParameterKey!).filter((key) => !(key in declared));
  if (unknown.length) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);

  const given: Record<string, string> = {};
  const absent: string[] = [];
  for (const [key, declaration] of Object.entries(declared)) {
    const asked = input.find((p) => p.ParameterKey === key);
    const value = asked?.UsePreviousValue ? previous[key] : (asked?.ParameterValue ?? declaration.Default?.toString());
    if (value === undefined) absent.push(key);
    else given[key] = checked(key, declaration, value);
  }
  if (absent.length) throw validationError(`Parameters: [${absent.join(', ')}] must have values`);
  const resolved = Object.entries(given).map(([key, value]) => [key, resolve(declared[key]!.Type, value, env)]);
  return { given, resolved: Object.fromEntries(resolved) };
}

function checked(key: string, declaration: Values, value: string): string {
  const { AllowedValues, AllowedPattern, ConstraintDescription } = declaration;
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    throw validationError(`Parameter '${key}' must be one of AllowedValues`);
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    const why = ConstraintDescription ?? `must match pattern ${AllowedPattern}`;
    throw validationError(`Parameter ${key} failed to satisfy constraint: ${why}`);
  }
  return value;
}

const list = (text: string) => text.split(',').map((item) => item.trim());

function resolve(type: string, value: string, env: Environment): string | string[] {
  if (!type.startsWith('AWS::SSM::Parameter::Value'))
    return /^List<|^CommaDelimitedList$/.test(type) ? list(value) : value;
  const found: string | undefined = env.get('AWS::SSM::Parameter', value)?.model.Value;
  if (found !== undefined) return type.includes('List') ? list(found) : found;
  throw validationError(`Unable to fetch parameters [${value}] from parameter store for this account.`);
}

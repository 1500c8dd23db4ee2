import type { Environment } from '../state';
import { validationError } from './errors';

/**
 * Replaces {{resolve:ssm:name}} and {{resolve:ssm:name:version}} by the parameter's value. References to secrets stay as they are:
 * CloudFormation resolves them only on their way to the resource's handler, and nothing here reads them yet.
 */
export function dynamicReferences(text: string, env: Environment): string {
  if (!text.includes('{{resolve:ssm')) return text;
  return text.replace(/\{\{resolve:(?:ssm|ssm-secure):([^:}]+)(?::\d+)?\}\}/g, (_, name: string) => {
    const found = env.get('AWS::SSM::Parameter', name);
    if (!found) throw validationError(`Parameter ${name} not found.`);
    return found.model.Value;
  });
}

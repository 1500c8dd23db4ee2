import { validationError } from './errors';

export type PolicyAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Principal?: string;
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: {
    StringEquals?: { ResourceType?: string | string[] };
    StringLike?: { ResourceType?: string | string[] };
  };
}

const list = (value: string | string[] | undefined) => [value ?? []].flat();

/** `*` stands for any text. */
function like(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

/** Refuses what is no stack policy. */
export function checkStackPolicy(body: string): void {
  let statements: unknown;
  try {
    statements = JSON.parse(body).Statement;
  } catch {
    statements = undefined;
  }
  if (!Array.isArray(statements)) throw validationError('Error validating stack policy: Invalid stack policy');
}

/** Why a policy forbids an action on a resource; undefined where it does not. Without a policy everything is allowed, with one nothing that it does not allow. */
export function denial(
  policy: string | undefined,
  action: PolicyAction,
  logicalId: string,
  type: string,
): string | undefined {
  if (!policy) return undefined;
  const statements: Statement[] = JSON.parse(policy).Statement;
  const applying = statements
    .map((statement, i) => ({ statement, number: i + 1 }))
    .filter(({ statement }) => applies(statement, action, `LogicalResourceId/${logicalId}`, type));
  const denying = applying.find(({ statement }) => statement.Effect === 'Deny');
  if (denying) {
    // AWS tells the statement's own patterns, not the action and resource at hand.
    const { Action, NotAction, Resource, NotResource } = denying.statement;
    const [actions, resources] = [list(Action ?? NotAction).join(', '), list(Resource ?? NotResource).join(', ')];
    return `Action denied by stack policy: Statement [#${denying.number}] does not allow [${actions}] for resource [${resources}];`;
  }
  if (applying.length) return undefined;
  return `Action not allowed by stack policy: no statement allows [${action}] for resource [${logicalId}]`;
}

function applies(statement: Statement, action: string, resource: string, type: string): boolean {
  const actionFits = statement.NotAction
    ? !list(statement.NotAction).some((pattern) => like(pattern, action))
    : list(statement.Action).some((pattern) => like(pattern, action));
  const resourceFits = statement.NotResource
    ? !list(statement.NotResource).some((pattern) => like(pattern, resource))
    : list(statement.Resource).some((pattern) => like(pattern, resource));
  const { StringEquals, StringLike } = statement.Condition ?? {};
  const types = [...list(StringEquals?.ResourceType), ...list(StringLike?.ResourceType)];
  return actionFits && resourceFits && (types.length === 0 || types.some((pattern) => like(pattern, type)));
}

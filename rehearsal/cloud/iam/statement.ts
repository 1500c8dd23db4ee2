import { conditionsHold } from './conditions';
import { isLikeInAnyCase, isResourceLike, resolved } from './pattern';
import { listOf, type Request, type RequestContext, type Statement } from './policy';
import { acquaintanceOf, isExcepted, type Acquaintance } from './principals';

/** What of a statement applies to a request. */
export interface Application {
  /** Action patterns that fit; none for a NotAction. */
  actions: string[];
  /** For a resource's policy: how it knows who asks. */
  knows: Acquaintance;
}

/**
 * How a statement applies to a request; undefined where it does not.
 * @param ofResource it belongs to a resource's policy, so it names principals, and may leave out the resource itself
 */
export function application(
  statement: Statement,
  request: Request,
  hasVariables: boolean,
  ofResource: boolean,
): Application | undefined {
  const { Action, NotAction, Condition = {} } = statement;
  const fits = (pattern: string) => isLikeInAnyCase(pattern, request.action);
  const actions = listOf(Action).filter(fits);
  if (Action === undefined ? NotAction === undefined || listOf(NotAction).some(fits) : !actions.length)
    return undefined;
  const knows = ofResource ? knownPrincipal(statement, request) : 'name';
  if (!knows) return undefined;
  if (!isAbout(statement, request.resource, hasVariables ? request.context : undefined, ofResource)) return undefined;
  return conditionsHold(Condition, request.context, hasVariables) ? { actions, knows } : undefined;
}

function knownPrincipal({ Principal, NotPrincipal }: Statement, { principal }: Request): Acquaintance | undefined {
  if (Principal !== undefined) return acquaintanceOf(Principal, principal);
  return NotPrincipal !== undefined && !isExcepted(NotPrincipal, principal) ? 'everyone' : undefined;
}

function isAbout(statement: Statement, asked: string, context: RequestContext | undefined, ofResource: boolean) {
  const { Resource, NotResource } = statement;
  const fits = (pattern: string) => {
    const known = context ? resolved(pattern, context) : pattern;
    return known !== undefined && isResourceLike(known, asked);
  };
  if (Resource !== undefined) return listOf(Resource).some(fits);
  if (NotResource !== undefined) return !listOf(NotResource).some(fits);
  return ofResource;
}

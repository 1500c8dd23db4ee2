// IAM's decision on one request: a pure function of the request and the policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import {
  statementsOf,
  type Match,
  type Policies,
  type PolicyDocument,
  type PolicyKind,
  type Request,
  type Verdict,
} from './policy';
import { accountOf, type Acquaintance } from './principals';
import { application } from './statement';

type Found = Match & { knows: Acquaintance };

/**
 * Whether IAM allows a request, why, and by which statements. An explicit deny in any policy wins. Otherwise identity
 * policies have to allow it, within boundary and session policy; in the resource's own account, its policy can do so
 * instead; from another account, both have to.
 */
export function evaluate(request: Request, policies: Policies): Verdict {
  const found = {
    identity: search('identity-based policy', policies.identity, request),
    resource: search('resource-based policy', policies.resource && [policies.resource], request),
    boundary: search('permissions boundary', policies.boundary && [policies.boundary], request),
    session: search('session policy', policies.session, request),
  };
  const all = Object.values(found).flat();
  const matches = all.map(({ knows: _, ...match }) => match);
  const denial = all.find(({ effect }) => effect === 'Deny');
  if (denial) return { isAllowed: false, reason: 'explicit deny', deniedBy: denial.kind, matches };
  const lacking = firstLacking(request, policies, found);
  if (lacking) return { isAllowed: false, reason: 'implicit deny', deniedBy: lacking, matches };
  return { isAllowed: true, reason: 'allowed', matches };
}

/** The statements of some documents that apply. */
function search(kind: PolicyKind, documents: PolicyDocument[] = [], request: Request): Found[] {
  const ofResource = kind === 'resource-based policy';
  return documents.flatMap((policy, document) => {
    const hasVariables = policy.Version === '2012-10-17';
    return statementsOf(policy).flatMap((one, statement) => {
      const applied = application(one, request, hasVariables, ofResource);
      return applied ? [{ kind, document, statement, effect: one.Effect, ...applied }] : [];
    });
  });
}

type Search = Record<'identity' | 'resource' | 'boundary' | 'session', Found[]>;

/** Which kind of policy does not allow what it would have to; undefined where nothing is. What was found allows. */
function firstLacking(request: Request, policies: Policies, found: Search): PolicyKind | undefined {
  const { principal } = request;
  const allowing = found.resource.map(({ knows }) => knows);
  // A service or an identity provider has no policies of its own, so the resource's decides.
  if (principal.kind !== 'AWS') return allowing.length ? undefined : 'resource-based policy';

  const limit = (): PolicyKind | undefined => {
    if (policies.boundary && !found.boundary.length) return 'permissions boundary';
    return policies.session && !found.session.length ? 'session policy' : undefined;
  };

  if (isOwn(request)) {
    // Named itself, or with everyone, a principal needs no more. As a role, it stays within boundary and session policy.
    if (allowing.includes('name') || allowing.includes('everyone')) return undefined;
    if (allowing.includes('role')) return limit();
  }
  // To name the account only lets the account's own policies decide.
  const needsResource = policies.isResourcePolicyRequired || !isOwn(request);
  if (needsResource && !allowing.length) return 'resource-based policy';
  return found.identity.length ? limit() : 'identity-based policy';
}

/** Whether who asks and what is asked for belong to one account. */
function isOwn({ principal, resource, resourceAccount }: Request): boolean {
  const own = accountOf(principal.name);
  return own === (resourceAccount ?? accountOf(resource) ?? own);
}

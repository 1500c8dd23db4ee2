// Whether somebody may do something, by the policies that are in the cloud now.
import { evaluate } from '../iam/evaluate';
import { managedPolicies } from '../iam/managed-policies';
import type { Principal, RequestContext, Verdict } from '../iam/policy';
import { accountOf } from '../iam/principals';
import type { Cloud } from '../state';
import { denial } from './denial';
import { ownedResource, type Owned } from './resource-policies';
import { identityPolicies, managedPolicy, roleOf, type NamedPolicy } from './role-policies';
import { usageOf } from './usage';

/** One thing that somebody wants to do. */
export interface Asked {
  /** As in ecs:UpdateService. */
  action: string;
  /** ARN, or * where the action takes no resource. */
  resource: string;
  region: string;
  /** Values of the action's own condition keys; the keys in lower case. */
  context?: RequestContext;
}

/** Whoever holds no role: an account's administrator, who may do everything in it. */
const administrator: NamedPolicy[] = [
  { name: 'AdministratorAccess', document: managedPolicies['arn:aws:iam::aws:policy/AdministratorAccess']!.document },
];

const tagsAs = (prefix: string, tags: Owned['tags'] = []): RequestContext =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`.toLowerCase(), String(Value)]));

/** The condition keys that every request has. */
function globalContext({ kind, name, roleArn }: Principal, asked: Asked, owned: Owned): RequestContext {
  const account = accountOf(name);
  const owner = owned.account ?? accountOf(asked.resource) ?? account;
  return {
    'aws:requestedregion': asked.region,
    // Clients of the local cloud speak plain HTTP with it, as they speak HTTPS with AWS.
    'aws:securetransport': 'true',
    'aws:principalisawsservice': String(kind === 'Service'),
    ...(owner && { 'aws:resourceaccount': owner, 's3:resourceaccount': owner }),
    ...(account && { 'aws:principalaccount': account, 'kms:calleraccount': account }),
    ...(kind === 'AWS' && { 'aws:principalarn': roleArn ?? name }),
    ...tagsAs('aws:ResourceTag', owned.tags),
    ...tagsAs('iam:ResourceTag', owned.tags),
  };
}

/** IAM's verdict; what allowed it is remembered. */
export function decide(cloud: Cloud, principal: Principal, asked: Asked): Verdict {
  const { action, resource } = asked;
  const owned = ownedResource(cloud, action, resource);
  const role = principal.roleArn ? roleOf(cloud, principal.roleArn) : undefined;
  const account = accountOf(principal.name) ?? '';
  const policies = role ? identityPolicies(cloud, account, role) : principal.roleArn ? [] : administrator;
  const boundary: string | undefined = role?.model.PermissionsBoundary;
  const context = { ...globalContext(principal, asked, owned), ...tagsAs('aws:PrincipalTag', role?.model.Tags) };
  const verdict = evaluate(
    { action, resource, resourceAccount: owned.account, principal, context: { ...context, ...asked.context } },
    {
      identity: policies.map(({ document }) => document),
      resource: owned.policy,
      isResourcePolicyRequired: owned.isPolicyRequired,
      boundary: boundary ? managedPolicy(cloud, account, boundary) : undefined,
    },
  );
  if (verdict.isAllowed && role) usageOf(cloud).note(principal.roleArn!, action, policies, verdict.matches);
  return verdict;
}

/** Throws AccessDenied, in AWS's words, where IAM does not allow it, and notes that. */
export function authorize(cloud: Cloud, principal: Principal, asked: Asked): void {
  const verdict = decide(cloud, principal, asked);
  if (verdict.isAllowed) return;
  const owner = ownedResource(cloud, asked.action, asked.resource).account ?? accountOf(asked.resource);
  const error = denial(principal, asked, verdict, owner);
  usageOf(cloud).denials.add(error.message);
  throw error;
}

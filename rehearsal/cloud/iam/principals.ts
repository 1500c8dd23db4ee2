// Whom a statement of a resource's policy is about.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
import { listOf, type Principal, type PrincipalElement } from './policy';

/** The account of an ARN; undefined where it has none. */
export const accountOf = (arn: string): string | undefined => arn.split(':')[4] || undefined;

/** How a statement knows a principal: as everyone, as one of an account, by role, or by its own name. */
export type Acquaintance = 'everyone' | 'account' | 'role' | 'name';

const isAccount = (named: string, principal: Principal) => {
  const account = accountOf(principal.name);
  return account !== undefined && (named === account || named === `arn:aws:iam::${account}:root`);
};

function acquaintance(named: string, principal: Principal): Acquaintance | undefined {
  if (named === principal.name) return 'name';
  if (named === principal.roleArn) return 'role';
  return isAccount(named, principal) ? 'account' : undefined;
}

const closest: Acquaintance[] = ['name', 'role', 'account'];

/** How closely a Principal element knows who asks; undefined where it does not. A wildcard stands for all or nothing. */
export function acquaintanceOf(element: PrincipalElement, principal: Principal): Acquaintance | undefined {
  if (element === '*' || listOf(element['AWS']).includes('*')) return 'everyone';
  const found = listOf(element[principal.kind]).map((named) => acquaintance(named, principal));
  return closest.find((one) => found.includes(one));
}

/**
 * Whether a NotPrincipal element excepts who asks: every name that it goes by has to be there, the account's included.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function isExcepted(element: PrincipalElement, principal: Principal): boolean {
  if (element === '*') return true;
  const named = listOf(element[principal.kind]);
  if (principal.kind !== 'AWS') return named.includes(principal.name);
  const own = [principal.name, principal.roleArn].filter((name) => name !== undefined);
  return own.every((name) => named.includes(name)) && named.some((one) => isAccount(one, principal));
}

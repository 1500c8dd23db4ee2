// AWS's services act in roles, too: what they do without a call of the API is asked for here.
import type { Principal } from '../iam/policy';
import type { Cloud, Environment } from '../state';
import { AwsError } from '../wire/aws-error';
import { authorize, decide, type Asked } from './authorize';
import type { Need } from './calls/rules';
import { roleOf } from './role-policies';
import { usageOf } from './usage';

/** A session of a role. */
export function sessionOf(roleArn: string, session: string): Principal {
  const [, , , , account, path = ''] = roleArn.split(':');
  return { kind: 'AWS', name: `arn:aws:sts::${account}:assumed-role/${path.split('/').pop()}/${session}`, roleArn };
}

/**
 * Does a role's trust policy admit a service of AWS?
 * @param source ARN of what the service acts for, in the role's own account
 */
export function isTrusted(cloud: Cloud, service: string, roleArn: string, source: string): boolean {
  const [, , , region = '', account = ''] = source.split(':');
  const context = { 'aws:sourcearn': source, 'aws:sourceaccount': account };
  const asked: Asked = { action: 'sts:AssumeRole', resource: roleArn, region, context };
  return decide(cloud, { kind: 'Service', name: service }, asked).isAllowed;
}

/** Why a service may not act in a role, which is noted; undefined where it may. */
export function untrusted(cloud: Cloud, service: string, roleArn: string, source: string): string | undefined {
  if (isTrusted(cloud, service, roleArn, source)) return undefined;
  const message = `${service} is not authorized to assume role ${roleArn}: its trust policy does not admit it`;
  usageOf(cloud).denials.add(message);
  return message;
}

/** A service's session of a role. Throws AccessDenied where the role does not exist, or does not trust the service. */
export function actAs(cloud: Cloud, service: string, roleArn: string, session: string, source: string): Principal {
  if (!roleOf(cloud, roleArn))
    throw new AwsError('AccessDenied', `role ${roleArn} does not exist, so nobody can act in it`, 403);
  const message = untrusted(cloud, service, roleArn, source);
  if (!message) return sessionOf(roleArn, session);
  throw new AwsError('AccessDenied', message, 403);
}

/** Throws AccessDenied where a principal lacks one of these permissions. `env` is where it acts. */
export function demand({ cloud, region }: Environment, principal: Principal, needs: Need[], action = ''): void {
  for (const need of needs)
    authorize(cloud, principal, { action, region, ...(typeof need === 'string' ? { resource: need } : need) });
}

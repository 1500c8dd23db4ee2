import { sessionsOf } from '../identity';
import type { Cloud } from '../state';
import type { Context, Service } from '../wire/service';
import { authorize } from './authorize';
import { needsOf } from './calls';

/** Throws AccessDenied where whoever makes a call of the API lacks a permission that it needs. */
export function authorizeCall(cloud: Cloud, { name }: Service, input: object, context: Context): void {
  const { account, region, principalArn, operation, accessKeyId } = context;
  const { roleArn } = sessionsOf(cloud).get(accessKeyId) ?? {};
  const principal = { kind: 'AWS' as const, name: principalArn, roleArn };
  const needs = needsOf(name, operation, input, cloud.environment(account, region));
  for (const asked of needs) authorize(cloud, principal, asked);
}

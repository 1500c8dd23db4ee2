import type { CommandImpl } from '@smithy/core/client';
import type { RequestContext } from '../../iam/policy';
import type { Environment } from '../../state';

/** What a call needs: the ARN of its resource, where its action has the operation's name; or more. */
export type Need = string | { action?: string; resource: string; context?: RequestContext };

/** What the operations of one service need, typed by its SDK module M. None of an empty list. */
export type Rules<M> = {
  [
    K in keyof M & `${string}Command` as K extends `${infer Operation}Command` ? Operation : never
  ]?: M[K] extends abstract new (...args: any) => CommandImpl<infer I extends object, any, any, any, any>
    ? (input: I, env: Environment) => Need | Need[]
    : never;
};

/** One for each; for the wildcard where there are none, as AWS asks for all where a call names nothing. */
export const each = (names: string[] | undefined, arn: (name: string) => string): string[] =>
  (names?.length ? names : ['*']).map(arn);

/** iam:PassRole for these roles, to this service. */
export const passRoles = (service: string, ...roles: (string | undefined)[]): Need[] =>
  roles
    .filter((role) => role !== undefined)
    .map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:passedtoservice': service } }));

/** The use of a key on a caller's behalf; none where the key is AWS's own, or there is none. */
export function useKey(env: Environment, action: string, key: string | undefined, via: string): Need[] {
  const id = key?.split(/[:/]/).pop();
  const found = key?.includes('alias/') ? aliased(env, key) : id && env.get('AWS::KMS::Key', id)?.model.Arn;
  if (!found) return [];
  return [
    { action: `kms:${action}`, resource: found, context: { 'kms:viaservice': `${via}.${env.region}.amazonaws.com` } },
  ];
}

function aliased(env: Environment, name: string): string | undefined {
  const target = env.get('AWS::KMS::Alias', name.split(':').pop()!)?.model.TargetKeyId;
  return target && env.get('AWS::KMS::Key', String(target).split('/').pop()!)?.model.Arn;
}

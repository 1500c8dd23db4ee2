import type { Cloud, Environment } from './state';
import { AwsError } from './wire/aws-error';

/** Who an access key stands for. */
export interface Principal {
  account: string;
  principalArn: string;
}

/** A session of an assumed role. */
export interface Session extends Principal {
  roleArn: string;
  expiration: Date;
}

const sessions = new WeakMap<Cloud, Map<string, Session>>();

/** Sessions of a cloud by access key. */
export function sessionsOf(cloud: Cloud): Map<string, Session> {
  const found = sessions.get(cloud) ?? new Map<string, Session>();
  sessions.set(cloud, found);
  return found;
}

/** Access key of an account's administrator, with which a person or a CLI begins. Any secret goes with it. */
export const administratorKey = (account: string) => `AKIA${account}0000`;

/**
 * Who calls: AKIA<account>0000 is the account's administrator, an ASIA key belongs to a session.
 * Throws InvalidClientTokenId for other keys and ExpiredToken for sessions that ended.
 */
export function identify(cloud: Cloud, accessKeyId: string): Principal {
  const session = sessionsOf(cloud).get(accessKeyId);
  if (session) {
    if (session.expiration > cloud.clock.now()) return session;
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403);
  }
  const account = /^AKIA(\d{12})0000$/.exec(accessKeyId)?.[1];
  if (account) return { account, principalArn: `arn:aws:iam::${account}:user/administrator` };
  if (!accessKeyId) throw new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
  throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
}

/** The account and region that a call is about. */
export const environmentOf = (cloud: Cloud, context: { account: string; region: string }): Environment =>
  cloud.environment(context.account, context.region);

import * as sdk from '@aws-sdk/client-sts';
import { randomUUID } from 'node:crypto';
import { roleOf } from '../access/role-policies';
import { actAs } from '../access/services';
import { sessionsOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Cloud } from '../state';
import { AwsError, service } from '../wire/service';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/**
 * Credentials of a role without a check of its trust.
 * Throws where the role does not exist.
 */
export function issueCredentials(cloud: Cloud, roleArn: string, sessionName: string, seconds = 3600): Credentials {
  const role = roleOf(cloud, roleArn);
  if (!role) throw new AwsError('AccessDenied', `role ${roleArn} does not exist, so nobody can act in it`, 403);
  const account = roleArn.split(':')[4]!;
  const accessKeyId = `ASIA${account}${String(sessionsOf(cloud).size).padStart(6, '0')}`;
  const principalArn = `arn:aws:sts::${account}:assumed-role/${role.id}/${sessionName}`;
  // Sessions last in real time: a rehearsal is shorter than any of them.
  const expiration = new Date(cloud.clock.now().getTime() + seconds * 1000);
  sessionsOf(cloud).set(accessKeyId, { account, principalArn, roleArn, expiration });
  return { accessKeyId, secretAccessKey: randomUUID(), sessionToken: randomUUID(), expiration };
}

/**
 * Credentials of a role for an AWS service that acts in it.
 * @param source ARN of what it acts for: trust policies may name it
 */
export function credentialsFor(
  cloud: Cloud,
  service: string,
  roleArn: string,
  session: string,
  source: string,
): Credentials {
  actAs(cloud, service, roleArn, session, source);
  return issueCredentials(cloud, roleArn, session);
}

/** STS: sessions of roles, for those whom the role's trust policy admits. */
export const sts: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetCallerIdentity: (_input, { account, principalArn, accessKeyId }) => ({
        Account: account,
        Arn: principalArn,
        UserId: accessKeyId,
      }),
      // Who may is asked before: by the caller's policies and the role's trust.
      AssumeRole({ RoleArn, RoleSessionName, DurationSeconds }) {
        const credentials = issueCredentials(cloud, RoleArn!, RoleSessionName!, DurationSeconds);
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration,
          },
          AssumedRoleUser: {
            Arn: sessionsOf(cloud).get(credentials.accessKeyId)!.principalArn,
            AssumedRoleId: `${roleOf(cloud, RoleArn!)!.model.RoleId}:${RoleSessionName}`,
          },
        };
      },
    }),
};

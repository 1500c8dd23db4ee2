import * as sdk from '@aws-sdk/client-sts';
import { randomUUID } from 'node:crypto';
import { sessionsOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Cloud, Resource } from '../state';
import { checkTrust } from '../trust';
import { AwsError, service } from '../wire/service';

const ROLE = 'AWS::IAM::Role';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

function roleOf(cloud: Cloud, roleArn: string): Resource | undefined {
  const [, account, path = ''] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? [];
  return account ? cloud.find(ROLE, path.split('/').pop()!, account) : undefined;
}

/**
 * Credentials of a role without a check of its trust: for AWS services that act in a role, as CodePipeline and ECS do.
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

/** STS: sessions of roles, for those whom the role's trust policy admits. */
export const sts: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetCallerIdentity: (_input, { account, principalArn, accessKeyId }) => ({
        Account: account,
        Arn: principalArn,
        UserId: accessKeyId,
      }),
      AssumeRole({ RoleArn, RoleSessionName, DurationSeconds, ExternalId }, { principalArn, accessKeyId }) {
        const role = roleOf(cloud, RoleArn!);
        const caller = { principalArn, roleArn: sessionsOf(cloud).get(accessKeyId)?.roleArn, externalId: ExternalId };
        checkTrust(caller, RoleArn!, role?.model.AssumeRolePolicyDocument);
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
            AssumedRoleId: `${role!.model.RoleId}:${RoleSessionName}`,
          },
        };
      },
    }),
};

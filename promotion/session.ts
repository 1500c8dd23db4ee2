import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** Where SDK clients act, and as whom. Without credentials they use the SDK's default chain. */
export interface Session {
  region: string;
  /** Of each call, with growing pauses. @default the SDK's 3 */
  maxAttempts?: number;
  credentials?: () => Promise<Credentials>;
}
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** The SDK asks again shortly before. */
  expiration?: Date;
}

/**
 * CloudFormation answers about five calls a second (aws/aws-sam-cli#2671), and a stage asks about all its stacks at once: the SDK's 3
 * attempts end within two seconds.
 */
const maxAttempts = Number(process.env.AWS_MAX_ATTEMPTS ?? 8);

/**
 * A session in the stage's account.
 * @param roleArn role to assume; absent: the process's own credentials are used.
 * @param sessionName appears in CloudTrail, so that a person sees which step acted.
 */
export function openSession(region: string, roleArn: string | undefined, sessionName: string): Session {
  if (!roleArn) return { region, maxAttempts };
  const sts = new STSClient({ region, maxAttempts });
  return { region, maxAttempts, credentials: () => assumeRole(sts, roleArn, sessionName) };
}

async function assumeRole(sts: STSClient, roleArn: string, sessionName: string): Promise<Credentials> {
  // One hour is the longest that AWS allows for a role that was assumed by another role.
  const request = { RoleArn: roleArn, RoleSessionName: sessionName.slice(0, 64), DurationSeconds: 3600 };
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(request));
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
    throw new Error(`STS gave no credentials for ${roleArn}`);
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration,
  };
}

// Secrets and their versions. Values are kept here and nowhere else: resources, stacks and logs do not hold them.
import { randomUUID } from 'node:crypto';
import type { Environment } from '../../state';
import { AwsError } from '../../wire/aws-error';
import { randomPassword } from './password';

export interface SecretValue {
  string?: string;
  binary?: Uint8Array;
}
export interface SecretVersion extends SecretValue {
  id: string;
  stages: Set<string>;
  created: Date;
}
export interface Secret {
  arn: string;
  name: string;
  description?: string;
  kmsKeyId?: string;
  tags: { Key?: string; Value?: string }[];
  policy?: string;
  /** Oldest first. */
  versions: Map<string, SecretVersion>;
  created: Date;
  changed: Date;
  accessed?: Date;
  rotated?: Date;
  /** When it was deleted with a recovery window. */
  deleted?: Date;
  /** End of the recovery window. */
  recoverableUntil?: Date;
  /** AWS service that manages it, as rds does. */
  owningService?: string;
  /** Puts a new value into force, where a service rotates the secret. */
  rotate?(): Promise<void>;
}

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** Secrets of an account and region by ARN, those that wait for their deletion too. */
export const secrets = (env: Environment) => env.shelf<Secret>('secrets manager');

/** The hyphen and six random characters that end each secret's ARN. */
export const newArn = (env: Environment, name: string) =>
  env.arn('secretsmanager', `secret:${name}-${randomPassword({ PasswordLength: 6, ExcludePunctuation: true })}`);

/** By name, by ARN, or by an ARN without its random end where just one secret fits. */
export function lookUp(env: Environment, id = ''): Secret | undefined {
  sweep(env);
  const all = [...secrets(env).values()];
  if (!id.startsWith('arn:')) return all.find((secret) => secret.name === id);
  const whole = secrets(env).get(id);
  // What ends like a whole ARN is taken for one.
  if (whole || /-[A-Za-z0-9]{6}$/.test(id)) return whole;
  const fitting = all.filter((secret) => secret.arn.slice(0, -7) === id);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The secret. Throws ResourceNotFoundException, or InvalidRequestException for one that waits for its deletion. */
export function secretOf(env: Environment, id: string | undefined, { deleted = false } = {}): Secret {
  const found = lookUp(env, id);
  if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (found.deleted && !deleted) {
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    throw new AwsError('InvalidRequestException', message);
  }
  return found;
}

/** A version by id, by stage, or by both. Throws ResourceNotFoundException where there is none. */
export function versionOf(secret: Secret, id?: string, stage = id ? undefined : CURRENT): SecretVersion {
  const found = [...secret.versions.values()].find(
    (version) => (!id || version.id === id) && (!stage || version.stages.has(stage)),
  );
  if (found) return found;
  const sought = id ? `VersionId: ${id}` : `staging label: ${stage}`;
  const message = `Secrets Manager can't find the specified secret value for ${sought}`;
  throw new AwsError('ResourceNotFoundException', message);
}

/** Stores a new secret. Throws where the name is taken, also by a secret that waits for its deletion. */
export function addSecret(
  env: Environment,
  { arn, name, ...more }: Partial<Secret> & Pick<Secret, 'arn' | 'name'>,
): Secret {
  const taken = lookUp(env, name);
  if (taken?.deleted) {
    const message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    throw new AwsError('InvalidRequestException', message);
  }
  if (taken) {
    const message = `The operation failed because the secret ${name} already exists.`;
    throw new AwsError('ResourceExistsException', message);
  }
  const now = env.cloud.clock.now();
  const secret: Secret = { arn, name, tags: [], versions: new Map(), created: now, changed: now, ...more };
  secrets(env).set(arn, secret);
  return secret;
}

/**
 * Adds a version. The first one is AWSCURRENT whatever is asked for; a new AWSCURRENT makes the former one AWSPREVIOUS.
 * Putting the same value with the same token again changes nothing; another value is refused.
 */
export function putValue(
  env: Environment,
  secret: Secret,
  value: SecretValue,
  { token: id = randomUUID(), stages = [CURRENT] }: { token?: string; stages?: string[] } = {},
): SecretVersion {
  const known = secret.versions.get(id);
  if (known && isSame(known, value)) return known;
  if (known) {
    const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
    throw new AwsError('ResourceExistsException', message);
  }
  const version: SecretVersion = { id, ...value, stages: new Set(), created: env.cloud.clock.now() };
  const wanted = new Set(secret.versions.size ? stages : [CURRENT, ...stages]);
  secret.versions.set(id, version);
  for (const stage of wanted) moveStage(secret, stage, version);
  secret.changed = version.created;
  return version;
}

/** A stage is on one version at most. */
export function moveStage(secret: Secret, stage: string, to?: SecretVersion): void {
  const from = [...secret.versions.values()].find((version) => version.stages.has(stage));
  from?.stages.delete(stage);
  to?.stages.add(stage);
  if (stage === CURRENT && from && from !== to) moveStage(secret, PREVIOUS, from);
}

/** Secrets whose recovery window is over are gone. */
function sweep(env: Environment): void {
  const now = env.cloud.clock.now();
  for (const [arn, { recoverableUntil }] of secrets(env))
    if (recoverableUntil && recoverableUntil <= now) secrets(env).delete(arn);
}

const isSame = (a: SecretValue, b: SecretValue) =>
  a.string === b.string && Buffer.from(a.binary ?? []).equals(Buffer.from(b.binary ?? []));

import type * as sdk from '@aws-sdk/client-secrets-manager';
import { lookUp } from '../../services/secrets-manager/store';
import type { Environment } from '../../state';
import { useKey, type Need, type Rules } from './rules';

interface Input {
  SecretId?: string;
}
/** A secret's ARN; that of one that does not exist ends in any six characters. */
const secret = ({ SecretId = '' }: Input, env: Environment): string =>
  lookUp(env, SecretId)?.arn ??
  (SecretId.startsWith('arn:') ? SecretId : env.arn('secretsmanager', `secret:${SecretId}-??????`));

const withKey =
  (...actions: string[]) =>
  (input: Input, env: Environment): Need[] => [
    secret(input, env),
    ...actions.flatMap((action) => useKey(env, action, lookUp(env, input.SecretId)?.kmsKeyId, 'secretsmanager')),
  ];

export const secretsManager: Rules<typeof sdk> = {
  CreateSecret: ({ Name, KmsKeyId }, env) => [
    secret({ SecretId: Name }, env),
    ...useKey(env, 'GenerateDataKey', KmsKeyId, 'secretsmanager'),
  ],
  DescribeSecret: secret,
  GetSecretValue: withKey('Decrypt'),
  PutSecretValue: withKey('Decrypt', 'GenerateDataKey'),
  UpdateSecret: withKey('Decrypt', 'GenerateDataKey'),
  UpdateSecretVersionStage: secret,
  ListSecretVersionIds: secret,
  DeleteSecret: secret,
  RestoreSecret: secret,
  RotateSecret: secret,
  GetResourcePolicy: secret,
  PutResourcePolicy: secret,
  DeleteResourcePolicy: secret,
  TagResource: secret,
  UntagResource: secret,
};

import * as sdk from '@aws-sdk/client-kms';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Environment, Values } from '../state';
import { service } from '../wire/service';

const KEY = 'AWS::KMS::Key';

/** A customer-managed key by its id, ARN, or alias; undefined for AWS's own. */
export function findKey(env: Environment, nameOrArn: string): Values | undefined {
  const name = nameOrArn.split(':').pop()!;
  const alias = env.get('AWS::KMS::Alias', name)?.model.TargetKeyId;
  const wanted = (alias ?? nameOrArn).split('/').pop()!;
  return env.get(KEY, wanted)?.model;
}

function keyOf(env: Environment, nameOrArn: string): Values {
  const found = findKey(env, nameOrArn);
  if (found) return found;
  const alias = nameOrArn.startsWith('alias/');
  const arn = nameOrArn.startsWith('arn:') ? nameOrArn : env.arn('kms', alias ? nameOrArn : `key/${nameOrArn}`);
  const message = arn.includes(':alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`;
  throw new sdk.NotFoundException({ message, $metadata: {} });
}

/** KMS: keys can be looked at. Nothing is encrypted. */
export const kms: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      DescribeKey({ KeyId }, context) {
        const key = keyOf(environmentOf(cloud, context), KeyId!);
        return {
          KeyMetadata: {
            AWSAccountId: context.account,
            KeyId: key.KeyId,
            Arn: key.Arn,
            Description: key.Description ?? '',
            Enabled: key.Enabled !== false && key.Enabled !== 'false',
            KeyState: 'Enabled',
            KeyManager: 'CUSTOMER',
            KeyUsage: 'ENCRYPT_DECRYPT',
            KeySpec: 'SYMMETRIC_DEFAULT',
          },
        };
      },
      GetKeyRotationStatus({ KeyId }, context) {
        const key = keyOf(environmentOf(cloud, context), KeyId!);
        return { KeyRotationEnabled: String(key.EnableKeyRotation) === 'true', KeyId: key.Arn };
      },
      GetKeyPolicy({ KeyId }, context) {
        const key = keyOf(environmentOf(cloud, context), KeyId!);
        return { Policy: JSON.stringify(key.KeyPolicy ?? {}), PolicyName: 'default' };
      },
      ListAliases({ KeyId }, context) {
        const env = environmentOf(cloud, context);
        const aliases = env.list('AWS::KMS::Alias').map(({ model }) => ({
          AliasName: model.AliasName,
          AliasArn: env.arn('kms', model.AliasName),
          TargetKeyId: String(model.TargetKeyId).split('/').pop(),
        }));
        return {
          Aliases: aliases.filter((alias) => !KeyId || alias.TargetKeyId === keyOf(env, KeyId).KeyId),
          Truncated: false,
        };
      },
    }),
  resources: {
    [KEY]: {
      attributes(making) {
        const { hex } = making;
        const KeyId = `${hex(8)}-${hex(4, 'b')}-4${hex(3, 'c')}-8${hex(3, 'd')}-${hex(12, 'e')}`;
        return { KeyId, Arn: making.arn('kms', `key/${KeyId}`) };
      },
    },
  },
};

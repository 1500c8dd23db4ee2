import * as sdk from '@aws-sdk/client-kms';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Environment, Values } from '../state';
import { AwsError, service } from '../wire/service';
import { signDigest, verifyDigest } from './ecdsa';

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

/** How a key signs. Other kinds than these sign nothing here. */
const curves: Record<string, { namedCurve: string; algorithm: sdk.SigningAlgorithmSpec }> = {
  ECC_NIST_P256: { namedCurve: 'P-256', algorithm: 'ECDSA_SHA_256' },
};

/** The two halves of a signing key, made when first asked for; by the key's id. */
function pairOf(env: Environment, key: Values): { publicKey: KeyObject; privateKey: KeyObject } {
  const shelf = env.shelf<{ publicKey: KeyObject; privateKey: KeyObject }>('kms pairs');
  const curve = curves[key.KeySpec];
  if (!curve || key.KeyUsage !== 'SIGN_VERIFY') {
    const message = `${key.Arn} key usage is ${key.KeyUsage ?? 'ENCRYPT_DECRYPT'} which is not valid for this operation.`;
    throw new sdk.InvalidKeyUsageException({ message, $metadata: {} });
  }
  const found = shelf.get(key.KeyId) ?? generateKeyPairSync('ec', { namedCurve: curve.namedCurve });
  shelf.set(key.KeyId, found);
  return found;
}

/** What a signature is over: messages of 4096 bytes at most, or their digest. Source: KMS API Reference, Sign. */
function digestOf({
  Message = new Uint8Array(),
  MessageType = 'RAW',
}: Pick<sdk.SignRequest, 'Message' | 'MessageType'>): Buffer {
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  if (MessageType === 'RAW' && Message.length > 4096) {
    refuse(
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  }
  if (MessageType === 'RAW') return createHash('sha256').update(Message).digest();
  if (Message.length !== 32) refuse('Digest is invalid length for algorithm ECDSA_SHA_256.');
  return Buffer.from(Message);
}

/** KMS: keys can be looked at, and those of ECC_NIST_P256 sign. Nothing is encrypted. */
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
            KeyUsage: key.KeyUsage ?? 'ENCRYPT_DECRYPT',
            KeySpec: key.KeySpec ?? 'SYMMETRIC_DEFAULT',
          },
        };
      },
      GetPublicKey({ KeyId }, context) {
        const env = environmentOf(cloud, context);
        const key = keyOf(env, KeyId!);
        const PublicKey = pairOf(env, key).publicKey.export({ format: 'der', type: 'spki' });
        const SigningAlgorithms = [curves[key.KeySpec]!.algorithm];
        return { KeyId: key.Arn, PublicKey, KeySpec: key.KeySpec, KeyUsage: key.KeyUsage, SigningAlgorithms };
      },
      Sign({ KeyId, SigningAlgorithm, ...message }, context) {
        const env = environmentOf(cloud, context);
        const key = keyOf(env, KeyId!);
        const { privateKey } = pairOf(env, key);
        return { KeyId: key.Arn, SigningAlgorithm, Signature: signDigest(privateKey, digestOf(message)) };
      },
      Verify({ KeyId, SigningAlgorithm, Signature, ...message }, context) {
        const env = environmentOf(cloud, context);
        const key = keyOf(env, KeyId!);
        const { privateKey } = pairOf(env, key);
        if (!verifyDigest(privateKey, digestOf(message), Buffer.from(Signature!))) {
          throw new sdk.KMSInvalidSignatureException({ message: '', $metadata: {} });
        }
        return { KeyId: key.Arn, SignatureValid: true, SigningAlgorithm };
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

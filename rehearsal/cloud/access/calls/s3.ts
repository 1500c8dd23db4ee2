import type * as sdk from '@aws-sdk/client-s3';
import type { Environment } from '../../state';
import { useKey, type Need, type Rules } from './rules';

interface Input {
  Bucket?: string;
  Key?: string;
  VersionId?: string;
  Prefix?: string;
}
const bucket = ({ Bucket }: Input) => `arn:aws:s3:::${Bucket}`;
const object = ({ Bucket, Key }: Input) => `arn:aws:s3:::${Bucket}/${Key}`;
const of =
  (action: string, resource: (input: Input) => string) =>
  (input: Input): Need => ({ action: `s3:${action}`, resource: resource(input) });

/** A listing; policies may hold it to a prefix. */
const listing =
  (action: string) =>
  (input: Input): Need => ({
    action: `s3:${action}`,
    resource: bucket(input),
    ...(input.Prefix !== undefined && { context: { 's3:prefix': input.Prefix } }),
  });

/** An object's key of KMS is used in the name of whoever reads or writes it, in the bucket's region. */
function keyOf(env: Environment, action: string, { Bucket = '' }: Input): Need[] {
  const home = env.cloud.everywhere().find((one) => one.get('AWS::S3::Bucket', Bucket));
  const configured = home?.get('AWS::S3::Bucket', Bucket)?.model.BucketEncryption?.ServerSideEncryptionConfiguration;
  const key: string | undefined = configured?.[0]?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
  return home ? useKey(home, action, key, 's3') : [];
}

/** Reading an object, or one of its versions. */
export const readObject = (input: Input, env: Environment): Need[] => [
  { action: input.VersionId ? 's3:GetObjectVersion' : 's3:GetObject', resource: object(input) },
  ...keyOf(env, 'Decrypt', input),
];
/** Writing an object. */
export const writeObject = (input: Input, env: Environment): Need[] => [
  { action: 's3:PutObject', resource: object(input) },
  ...keyOf(env, 'GenerateDataKey', input),
];

const deleteObject = (input: Input & { BypassGovernanceRetention?: boolean }): Need[] => [
  { action: input.VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject', resource: object(input) },
  ...(input.BypassGovernanceRetention ? [{ action: 's3:BypassGovernanceRetention', resource: object(input) }] : []),
];

export const s3: Rules<typeof sdk> = {
  ListBuckets: () => ({ action: 's3:ListAllMyBuckets', resource: '*' }),
  HeadBucket: of('ListBucket', bucket),
  DeleteBucket: bucket,
  GetBucketLocation: bucket,
  GetBucketVersioning: bucket,
  GetBucketEncryption: of('GetEncryptionConfiguration', bucket),
  GetBucketPolicy: bucket,
  GetPublicAccessBlock: of('GetBucketPublicAccessBlock', bucket),
  PutObject: writeObject,
  HeadObject: readObject,
  GetObject: readObject,
  ListObjectsV2: listing('ListBucket'),
  ListObjectVersions: listing('ListBucketVersions'),
  DeleteObject: deleteObject,
  DeleteObjects: (input) =>
    (input.Delete?.Objects ?? []).flatMap(({ Key, VersionId }) => deleteObject({ ...input, Key, VersionId })),
};

import * as sdk from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { HandlerError } from '../cloudformation/handler-error';
import { hash } from '../hash';
import type { ServiceModule } from '../module';
import type { Cloud, StoredObject, Values } from '../state';
import { AwsError, service } from '../wire/service';

const BUCKET = 'AWS::S3::Bucket';
const $metadata = {};

/** A bucket's resource. Bucket names are global: any account finds it. */
function bucketOf(cloud: Cloud, name: string): Values {
  const found = cloud.find(BUCKET, name);
  if (found) return found.model;
  throw new sdk.NoSuchBucket({ message: 'The specified bucket does not exist', $metadata });
}

function objectsOf(cloud: Cloud, bucket: string): Map<string, StoredObject> {
  bucketOf(cloud, bucket);
  return cloud.bucket(bucket);
}

const headOf = ({ body, contentType, etag, modified }: StoredObject) => ({
  ContentLength: body.length,
  ContentType: contentType ?? 'binary/octet-stream',
  ETag: etag,
  LastModified: modified,
  AcceptRanges: 'bytes',
});

const notFound = () => new AwsError('NotFound', 'Not Found', 404);

function listObjects(
  cloud: Cloud,
  { Bucket, Prefix = '', MaxKeys = 1000, Delimiter, StartAfter = '', ContinuationToken }: any,
) {
  const after = ContinuationToken ?? StartAfter;
  const keys = [...objectsOf(cloud, Bucket)].filter(([key]) => key.startsWith(Prefix) && key > after);
  keys.sort(([a], [b]) => (a < b ? -1 : 1));
  const folder = (key: string) => {
    const end = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
    return end < 0 ? undefined : key.slice(0, end + Delimiter.length);
  };
  const plain = keys.filter(([key]) => !folder(key));
  const page = plain.slice(0, MaxKeys);
  const IsTruncated = plain.length > MaxKeys;
  const CommonPrefixes = [...new Set(keys.map(([key]) => folder(key)))].flatMap((name) =>
    name ? [{ Prefix: name }] : [],
  );
  return {
    Name: Bucket,
    Prefix,
    Delimiter,
    MaxKeys,
    KeyCount: page.length + CommonPrefixes.length,
    IsTruncated,
    NextContinuationToken: IsTruncated ? page.at(-1)![0] : undefined,
    CommonPrefixes,
    Contents: page.map(([Key, o]) => ({
      Key,
      Size: o.body.length,
      ETag: o.etag,
      LastModified: o.modified,
      StorageClass: 'STANDARD' as const,
    })),
  };
}

/** S3: objects in buckets that stacks made. */
export const s3: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      ListBuckets: (_input, { account }) => ({
        Buckets: cloud
          .everywhere()
          .filter((env) => env.account === account)
          .flatMap((env) => env.list(BUCKET).map(({ id }) => ({ Name: id, CreationDate: new Date(0) }))),
        Owner: { ID: account },
      }),
      HeadBucket({ Bucket }) {
        if (!cloud.find(BUCKET, Bucket!)) throw notFound();
        return {};
      },
      DeleteBucket({ Bucket }) {
        bucketOf(cloud, Bucket!);
        if (cloud.objects.get(Bucket!)?.size) {
          throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
        }
        const home = cloud.everywhere().find((env) => env.get(BUCKET, Bucket!))!;
        home.remove(home.get(BUCKET, Bucket!)!);
        cloud.objects.delete(Bucket!);
        return {};
      },
      GetBucketLocation({ Bucket }) {
        bucketOf(cloud, Bucket!);
        const home = cloud.everywhere().find((env) => env.get(BUCKET, Bucket!))!.region;
        return home === 'us-east-1' ? {} : { LocationConstraint: home as sdk.BucketLocationConstraint };
      },
      GetBucketVersioning: ({ Bucket }) => ({ Status: bucketOf(cloud, Bucket!).VersioningConfiguration?.Status }),
      GetBucketEncryption({ Bucket }) {
        const configured = bucketOf(cloud, Bucket!).BucketEncryption?.ServerSideEncryptionConfiguration;
        const rules = configured ?? [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }];
        const Rules = rules.map((rule: Values) => ({
          ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
          BucketKeyEnabled: String(rule.BucketKeyEnabled) === 'true',
        }));
        return { ServerSideEncryptionConfiguration: { Rules } };
      },
      GetBucketPolicy({ Bucket }) {
        bucketOf(cloud, Bucket!);
        const policy = cloud
          .everywhere()
          .flatMap((env) => env.list('AWS::S3::BucketPolicy'))
          .find(({ model }) => model.Bucket === Bucket);
        if (!policy) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
        return { Policy: JSON.stringify(policy.model.PolicyDocument) };
      },
      GetPublicAccessBlock({ Bucket }) {
        const block = bucketOf(cloud, Bucket!).PublicAccessBlockConfiguration ?? {};
        const isOn = (name: string) => String(block[name] ?? true) === 'true';
        return {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: isOn('BlockPublicAcls'),
            BlockPublicPolicy: isOn('BlockPublicPolicy'),
            IgnorePublicAcls: isOn('IgnorePublicAcls'),
            RestrictPublicBuckets: isOn('RestrictPublicBuckets'),
          },
        };
      },
      PutObject({ Bucket, Key, Body, ContentType }) {
        const body = Buffer.from((Body as unknown as Buffer | undefined) ?? '');
        const etag = `"${createHash('md5').update(body).digest('hex')}"`;
        objectsOf(cloud, Bucket!).set(Key!, { body, contentType: ContentType, etag, modified: cloud.clock.now() });
        return { ETag: etag };
      },
      HeadObject({ Bucket, Key }) {
        const found = objectsOf(cloud, Bucket!).get(Key!);
        if (!found) throw notFound();
        return headOf(found);
      },
      GetObject({ Bucket, Key }) {
        const found = objectsOf(cloud, Bucket!).get(Key!);
        if (!found) throw new sdk.NoSuchKey({ message: 'The specified key does not exist.', $metadata });
        return { ...headOf(found), Body: found.body as never };
      },
      ListObjectsV2: (input) => listObjects(cloud, input),
      DeleteObject({ Bucket, Key }) {
        objectsOf(cloud, Bucket!).delete(Key!);
        return {};
      },
      DeleteObjects({ Bucket, Delete }) {
        const objects = objectsOf(cloud, Bucket!);
        const keys = Delete!.Objects!.map(({ Key }) => Key!);
        for (const key of keys) objects.delete(key);
        return { Deleted: Delete!.Quiet ? [] : keys.map((Key) => ({ Key })) };
      },
    }),
  resources: {
    [BUCKET]: {
      lowerCase: true,
      maxLength: 63,
      attributes: ({ model, env }) => ({
        DomainName: `${model.BucketName}.s3.amazonaws.com`,
        RegionalDomainName: `${model.BucketName}.s3.${env.region}.amazonaws.com`,
        Arn: `arn:aws:s3:::${model.BucketName}`,
      }),
      beforeDelete({ id }, env) {
        if (!env.cloud.objects.get(id)?.size) return;
        const details = `Service: S3, Status Code: 409, Request ID: ${hash(id, 16)}`;
        throw new HandlerError('GeneralServiceException', `The bucket you tried to delete is not empty (${details})`);
      },
      deleted: ({ id }, env) => void env.cloud.objects.delete(id),
    },
  },
};

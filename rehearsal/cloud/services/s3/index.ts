import * as sdk from '@aws-sdk/client-s3';
import { HandlerError } from '../../cloudformation/handler-error';
import { hash } from '../../hash';
import type { ServiceModule } from '../../module';
import type { Cloud, StoredObject, Values } from '../../state';
import { AwsError, service } from '../../wire/service';
import { deleteObject, headOf, isEmpty, listVersions, objectOf, putObject } from './objects';

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
        if (!isEmpty(cloud, Bucket!)) {
          throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
        }
        const home = cloud.everywhere().find((env) => env.get(BUCKET, Bucket!))!;
        home.remove(home.get(BUCKET, Bucket!)!);
        cloud.objects.delete(Bucket!);
        cloud.versions.delete(Bucket!);
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
        const { etag, versionId } = putObject(cloud, bucketOf(cloud, Bucket!), Key!, body, ContentType);
        return { ETag: etag, VersionId: versionId };
      },
      HeadObject({ Bucket, Key, VersionId }) {
        const found = objectOf(cloud, bucketOf(cloud, Bucket!), Key!, VersionId);
        if (!found) throw notFound();
        return headOf(found);
      },
      GetObject({ Bucket, Key, VersionId }) {
        const found = objectOf(cloud, bucketOf(cloud, Bucket!), Key!, VersionId);
        if (!found && VersionId)
          throw new AwsError(
            'NoSuchVersion',
            'The version ID specified in the request does not match an existing version.',
            404,
          );
        if (!found) throw new sdk.NoSuchKey({ message: 'The specified key does not exist.', $metadata });
        return { ...headOf(found), Body: found.body as never };
      },
      ListObjectsV2: (input) => listObjects(cloud, input),
      ListObjectVersions: (input) => listVersions(cloud, bucketOf(cloud, input.Bucket!), input),
      DeleteObject({ Bucket, Key, VersionId, BypassGovernanceRetention }) {
        return deleteObject(cloud, bucketOf(cloud, Bucket!), Key!, VersionId, BypassGovernanceRetention);
      },
      DeleteObjects({ Bucket, Delete, BypassGovernanceRetention }) {
        const bucket = bucketOf(cloud, Bucket!);
        const Deleted: sdk.DeletedObject[] = [];
        const Errors: sdk._Error[] = [];
        for (const { Key, VersionId } of Delete!.Objects!) {
          try {
            const gone = deleteObject(cloud, bucket, Key!, VersionId, BypassGovernanceRetention);
            Deleted.push({ Key, VersionId, DeleteMarker: gone.DeleteMarker, DeleteMarkerVersionId: gone.VersionId });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
          }
        }
        return { Deleted: Delete!.Quiet ? [] : Deleted, Errors };
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
        if (isEmpty(env.cloud, id)) return;
        const details = `Service: S3, Status Code: 409, Request ID: ${hash(id, 16)}`;
        throw new HandlerError('GeneralServiceException', `The bucket you tried to delete is not empty (${details})`);
      },
      deleted({ id }, env) {
        env.cloud.objects.delete(id);
        env.cloud.versions.delete(id);
      },
    },
  },
};

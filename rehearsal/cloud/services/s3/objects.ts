// Objects and their versions.
import type * as sdk from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { hash } from '../../hash';
import type { Cloud, StoredObject, StoredVersion, Values } from '../../state';
import { AwsError } from '../../wire/service';

const day = 24 * 60 * 60 * 1000;
const keepsVersions = (bucket: Values) => bucket.VersioningConfiguration?.Status === 'Enabled';

const versionsOf = (cloud: Cloud, bucket: string): StoredVersion[] => {
  const found = cloud.versions.get(bucket) ?? [];
  cloud.versions.set(bucket, found);
  return found;
};

/** Has it neither objects nor versions? */
export const isEmpty = (cloud: Cloud, bucket: string): boolean =>
  !cloud.objects.get(bucket)?.size && !cloud.versions.get(bucket)?.length;

export const headOf = ({ body, contentType, etag, modified, versionId }: StoredObject) => ({
  ContentLength: body.length,
  ContentType: contentType ?? 'binary/octet-stream',
  ETag: etag,
  LastModified: modified,
  AcceptRanges: 'bytes',
  VersionId: versionId,
});

/** The object as it is now, or as a version was; undefined where there is none. */
export function objectOf(cloud: Cloud, bucket: Values, key: string, versionId?: string): StoredObject | undefined {
  const name = bucket.BucketName as string;
  if (!versionId) return cloud.bucket(name).get(key);
  return versionsOf(cloud, name).find((v) => v.key === key && v.versionId === versionId && !v.deleted);
}

/** Writes an object; where the bucket keeps versions, beside those that it had. */
export function putObject(cloud: Cloud, bucket: Values, key: string, body: Buffer, contentType?: string): StoredObject {
  const name = bucket.BucketName as string;
  const modified = cloud.clock.now();
  const object: StoredObject = {
    body,
    contentType,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    modified,
  };
  if (keepsVersions(bucket)) {
    const days = Number(bucket.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days ?? 0);
    const retainUntil = days ? new Date(modified.getTime() + days * day) : undefined;
    object.versionId = newVersionId(cloud, key);
    versionsOf(cloud, name).push({ ...object, key, versionId: object.versionId, deleted: false, retainUntil });
  }
  cloud.bucket(name).set(key, object);
  return object;
}

const newVersionId = (cloud: Cloud, key: string) => hash(`${key} ${cloud.unique()}`, 32);

/** Deletes an object, which leaves a mark where the bucket keeps versions; or deletes one version for good. */
export function deleteObject(cloud: Cloud, bucket: Values, key: string, versionId?: string, bypass = false) {
  const name = bucket.BucketName as string;
  const objects = cloud.bucket(name);
  const versions = versionsOf(cloud, name);
  if (!versionId) {
    objects.delete(key);
    if (!keepsVersions(bucket)) return {};
    const mark = newVersionId(cloud, key);
    const nothing = { body: Buffer.alloc(0), etag: '', modified: cloud.clock.now() };
    versions.push({ ...nothing, key, versionId: mark, deleted: true });
    return { DeleteMarker: true, VersionId: mark };
  }
  const index = versions.findIndex((v) => v.key === key && v.versionId === versionId);
  const version = versions[index];
  if (!version) return { VersionId: versionId };
  if (version.retainUntil && version.retainUntil > cloud.clock.now() && !bypass)
    throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
  versions.splice(index, 1);
  const newest = versions.findLast((v) => v.key === key);
  if (newest && !newest.deleted) objects.set(key, newest);
  else objects.delete(key);
  return { VersionId: versionId, DeleteMarker: version.deleted || undefined };
}

/** By key, and of each key the newest first. */
export function listVersions(cloud: Cloud, bucket: Values, input: sdk.ListObjectVersionsCommandInput) {
  const { Prefix = '', MaxKeys = 1000, KeyMarker = '', VersionIdMarker } = input;
  const name = bucket.BucketName as string;
  const all = [...versionsOf(cloud, name)].reverse().filter(({ key }) => key.startsWith(Prefix));
  all.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  const marked = all.findIndex((v) => v.key === KeyMarker && v.versionId === VersionIdMarker);
  const rest = VersionIdMarker ? all.slice(marked + 1) : all.filter(({ key }) => key > KeyMarker);
  const page = rest.slice(0, MaxKeys);
  const last = rest.length > MaxKeys ? page.at(-1) : undefined;
  const told = (v: StoredVersion) => ({
    Key: v.key,
    VersionId: v.versionId,
    LastModified: v.modified,
    IsLatest: all.find(({ key }) => key === v.key) === v,
  });
  return {
    Name: name,
    Prefix,
    MaxKeys,
    KeyMarker,
    VersionIdMarker,
    IsTruncated: last !== undefined,
    NextKeyMarker: last?.key,
    NextVersionIdMarker: last?.versionId,
    Versions: page
      .filter((v) => !v.deleted)
      .map((v) => ({ ...told(v), ETag: v.etag, Size: v.body.length, StorageClass: 'STANDARD' as const })),
    DeleteMarkers: page.filter((v) => v.deleted).map(told),
  };
}

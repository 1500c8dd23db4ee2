import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import * as s3 from '@aws-sdk/client-s3';
import { local, type Local } from './local';

const template = {
  Resources: {
    Kept: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'kept',
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
        },
      },
    },
    Plain: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'plain' } },
  },
};

let here: Local;
let client: s3.S3Client;
beforeAll(async () => {
  here = await local();
  const config = here.administrator('111111111111');
  client = new s3.S3Client(config);
  const cloudFormation = new CloudFormationClient(config);
  await cloudFormation.send(new CreateStackCommand({ StackName: 'kept', TemplateBody: JSON.stringify(template) }));
});
afterAll(() => here.stop());

const put = async (Key: string, Body: string, Bucket = 'kept') =>
  (await client.send(new s3.PutObjectCommand({ Bucket, Key, Body }))).VersionId!;
const get = async (Key: string, VersionId?: string) =>
  (await client.send(new s3.GetObjectCommand({ Bucket: 'kept', Key, VersionId }))).Body!.transformToString();
const list = (more: object) => client.send(new s3.ListObjectVersionsCommand({ Bucket: 'kept', ...more }));

test('a bucket with versions keeps each of an object, tells the newest first, and pages', async () => {
  const first = await put('a/pointer', 'one');
  const second = await put('a/pointer', 'two');
  const other = await put('b', 'three');
  expect(await get('a/pointer')).toBe('two');
  expect(await get('a/pointer', first)).toBe('one');
  const { Versions } = await list({ Prefix: 'a/' });
  expect(Versions!.map((v) => [v.VersionId, v.IsLatest])).toEqual([
    [second, true],
    [first, false],
  ]);
  const page = await list({ MaxKeys: 1 });
  expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'a/pointer', NextVersionIdMarker: second });
  const next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  expect((await list(next)).Versions!.map((v) => v.VersionId)).toEqual([first, other]);
});

test('a version that there is not is NoSuchVersion', async () => {
  await expect(get('b', 'x'.repeat(32))).rejects.toMatchObject({ name: 'NoSuchVersion' });
});

test('a deletion leaves a mark and the versions', async () => {
  const version = await put('gone', 'x');
  const mark = await client.send(new s3.DeleteObjectCommand({ Bucket: 'kept', Key: 'gone' }));
  expect(mark).toMatchObject({ DeleteMarker: true });
  await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await get('gone', version)).toBe('x');
  expect((await list({ Prefix: 'gone' })).DeleteMarkers).toMatchObject([{ VersionId: mark.VersionId, IsLatest: true }]);
  await client.send(new s3.DeleteObjectCommand({ Bucket: 'kept', Key: 'gone', VersionId: mark.VersionId }));
  expect(await get('gone')).toBe('x');
});

test('Object Lock keeps a version from being deleted, but not from whoever bypasses governance', async () => {
  const VersionId = await put('locked', 'x');
  const request = { Bucket: 'kept', Key: 'locked', VersionId };
  await expect(client.send(new s3.DeleteObjectCommand(request))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Access Denied because object protected by object lock.',
  });
  const several = { Bucket: 'kept', Delete: { Objects: [{ Key: 'locked', VersionId }] } };
  expect((await client.send(new s3.DeleteObjectsCommand(several))).Errors).toMatchObject([{ Code: 'AccessDenied' }]);
  await client.send(new s3.DeleteObjectCommand({ ...request, BypassGovernanceRetention: true }));
  await expect(get('locked')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a bucket with versions is not empty; one without has none', async () => {
  expect(await put('x', 'x', 'plain')).toBeUndefined();
  await client.send(new s3.DeleteObjectCommand({ Bucket: 'plain', Key: 'x' }));
  await client.send(new s3.DeleteBucketCommand({ Bucket: 'plain' }));
  const versions = (await list({})).Versions!;
  for (const { Key } of versions) await client.send(new s3.DeleteObjectCommand({ Bucket: 'kept', Key }));
  const remove = () => client.send(new s3.DeleteBucketCommand({ Bucket: 'kept' }));
  await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
});

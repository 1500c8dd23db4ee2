import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { unlessAbsent, type Work } from './work';

const absent = ['NoSuchBucket', 'NotFound'];

/** Deletes every object of the buckets. A bucket that is gone already is empty. */
export async function emptyBuckets({ clients: { s3 }, say }: Work, buckets: string[]): Promise<void> {
  for (const Bucket of buckets) {
    let count = 0;
    const empty = async () => {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
        if (!Contents.length) continue;
        const Objects = Contents.map(({ Key }) => ({ Key }));
        const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        if (Errors[0]) throw new Error(`${Bucket}: ${Errors[0].Key} cannot be deleted: ${Errors[0].Message}`);
        count += Objects.length;
      }
    };
    await unlessAbsent(empty(), ...absent);
    if (count) say(`${Bucket}: deleted ${count} objects.`);
  }
}

/** Those of the buckets that still exist. */
export async function remainingBuckets({ clients: { s3 } }: Work, buckets: string[]): Promise<string[]> {
  const answers = await Promise.all(
    buckets.map((Bucket) => unlessAbsent(s3.send(new HeadBucketCommand({ Bucket })), ...absent)),
  );
  return buckets.filter((_, i) => answers[i]);
}

/** Deletes buckets that their stack retained, with what was written to them meanwhile. */
export async function deleteBuckets(work: Work, buckets: string[]): Promise<void> {
  await emptyBuckets(work, buckets);
  for (const Bucket of buckets) await work.clients.s3.send(new DeleteBucketCommand({ Bucket }));
}

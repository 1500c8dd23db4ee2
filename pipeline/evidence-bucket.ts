import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Longer than the year that PCI DSS 4.0, requirement 10.5.1, asks of audit records. */
const kept = Duration.days(400);

/**
 * Keeps what each stage's releases were. Every write is a version of its own, and S3 deletes no version before its time, but for whoever
 * may bypass governance and says so: no step may. It outlives its stack.
 */
export class EvidenceBucket extends Bucket {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    const removalPolicy = RemovalPolicy.RETAIN;
    const closed = { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, enforceSSL: true, removalPolicy };
    const key = new Key(scope, `${id}Key`, {
      description: 'Evidence of the releases',
      enableKeyRotation: true,
      removalPolicy,
    });
    super(scope, id, {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(kept),
      // S3 writes access logs to buckets with SSE-S3 only, and without a default retention. Source: AWS, "Enabling Amazon S3 server access logging".
      serverAccessLogsBucket: new Bucket(scope, `${id}Access`, {
        ...closed,
        encryption: BucketEncryption.S3_MANAGED,
        lifecycleRules: [{ expiration: kept, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      }),
    });
    this.key = key;
  }
}

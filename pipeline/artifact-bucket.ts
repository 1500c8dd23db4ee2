import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ArtifactKey } from './artifact-key';

/**
 * Where the actions hand over artifacts. The key is needed because the stages' accounts read them. CDK's own bucket
 * would outlive its stack; this one goes with it once it is empty.
 */
export class ArtifactBucket extends Bucket {
  readonly key: ArtifactKey;

  constructor(scope: Construct, id: string) {
    const key = new ArtifactKey(scope, `${id}Key`);
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // CodePipeline keeps artifacts in versioned buckets. Source: AWS, "AWS CodePipeline resource-based policy examples".
      versioned: true,
      lifecycleRules: [
        {
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key = key;
  }
}

import { Arn, aws_iam as iam, aws_s3 as s3, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Bucket that the load balancer writes its access logs to.
 * Load balancers write to buckets with SSE-S3 only. Source: AWS, "Enable access logs for your Application Load Balancer".
 */
export class AccessLogBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { removalPolicy }: { removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy,
    });
    const stack = Stack.of(this);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`AWSLogs/${stack.account}/*`)],
        conditions: {
          ArnLike: {
            'aws:SourceArn': Arn.format(
              { service: 'elasticloadbalancing', resource: 'loadbalancer', resourceName: '*' },
              stack,
            ),
          },
        },
      }),
    );
  }
}

import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** Key of what the delivery leaves behind: the artifacts that its actions hand over, and the logs of its builds. */
export class ArtifactKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Artifacts and logs of the delivery pipeline',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Lets CloudWatch Logs encrypt this log group with the key, and no other. */
  encryptLogs(logGroupName: string): void {
    const stack = Stack.of(this);
    const logGroup = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        // Source: AWS, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        // In a key's policy '*' means this key.
        resources: ['*'],
        conditions: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': logGroup } },
      }),
    );
  }
}

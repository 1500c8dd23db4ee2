import { Arn, ArnFormat, aws_iam as iam, aws_kms as kms, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Key that encrypts the log groups of its account and region. Rotates once a year. */
export class LogKey extends kms.Key {
  constructor(scope: Construct, id: string, props: { alias: string; removalPolicy: RemovalPolicy }) {
    super(scope, id, { ...props, enableKeyRotation: true, pendingWindow: Duration.days(7) });
    const { region } = Stack.of(this);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        // In a key's policy '*' means this key.
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': Arn.format(
              { service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
              Stack.of(this),
            ),
          },
        },
      }),
    );
  }
}

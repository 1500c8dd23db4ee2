import { Arn, ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EncryptionKey, type EncryptionKeyProps } from './encryption-key';

/** Key that encrypts the log groups and the alarms' topic of a stage. */
export class TelemetryKey extends EncryptionKey {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, props);
    const stack = Stack.of(this);
    const logGroups = Arn.format(
      { service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
      stack,
    );
    // In a key's policy '*' means this key.
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
      }),
    );
    // Alarms publish to an encrypted topic by the topic's key. Source: AWS, "Enable compatibility between event sources
    // from AWS services and encrypted topics".
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
  }
}

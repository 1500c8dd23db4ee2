import { aws_kms as kms, Duration, type RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface EncryptionKeyProps {
  /** 'alias/…' */
  readonly alias: string;
  /** What it encrypts. */
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
}

/** A key of the account's own: rotates once a year, and waits 7 days before it is gone for good. */
export class EncryptionKey extends kms.Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, { ...props, enableKeyRotation: true, pendingWindow: Duration.days(7) });
    Tags.of(this).add('Name', props.alias.replace('alias/', ''));
  }
}

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * Signs images. Cosign takes a key of this kind as awskms:///alias/…; KMS does not rotate asymmetric keys. It goes with the repositories that
 * hold the signatures, after 30 days in which it can be had back. Sources: sigstore/cosign, KMS support; KMS Developer Guide, "Rotate AWS KMS keys".
 */
export class SigningKey extends Key {
  constructor(scope: Construct, id: string, { alias }: { alias: string }) {
    super(scope, id, {
      alias,
      description: 'Signs the images that the delivery pipeline builds',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** By digest and ECDSA alone. Source: KMS Developer Guide, "AWS KMS condition keys". */
  signedBy(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Sign'],
        resources: [this.keyArn],
        conditions: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' } },
      }),
    );
  }

  /** Signatures are checked with the public half, outside KMS. */
  readBy(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [this.keyArn] }));
  }
}

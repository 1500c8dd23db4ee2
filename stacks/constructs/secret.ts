import { aws_secretsmanager as secretsmanager, type RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Secret as Declaration } from '../../declarations/system';

export interface SecretProps {
  readonly secret: Declaration;
  readonly name: string;
  /** ARN of the key that encrypts it. */
  readonly keyArn: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A secret whose value is in no template. CDK's own class always has one generated, so a value that a person sets later needs
 * the bare resource, without any version. Deleted without a recovery window, so that its name is free at once
 * (aws-cloudformation/cloudformation-coverage-roadmap#1999).
 */
export class Secret extends secretsmanager.CfnSecret {
  constructor(scope: Construct, id: string, { secret, name, keyArn, removalPolicy }: SecretProps) {
    super(scope, id, {
      name,
      description: secret.description,
      kmsKeyId: keyArn,
      generateSecretString: secret.value === 'generated' ? { passwordLength: 64, excludePunctuation: true } : undefined,
    });
    this.applyRemovalPolicy(removalPolicy);
    Tags.of(this).add('Name', name);
  }
}

import { DescribeKeyCommand, GetKeyRotationStatusCommand } from '@aws-sdk/client-kms';
import { about } from './about';
import { cli, kms } from './stage';

/** Checks that a key is the account's own, can be used, and rotates. */
export async function rotates(keyArn: string, encrypts: string): Promise<void> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
  const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: keyArn }));
  const subject = { resource: `key of ${encrypts}: ${keyArn}`, look: cli(`kms describe-key --key-id ${keyArn}`) };
  const found = { state: KeyMetadata?.KeyState, manager: KeyMetadata?.KeyManager, rotates: KeyRotationEnabled };
  await about(subject, () => expect(found).toEqual({ state: 'Enabled', manager: 'CUSTOMER', rotates: true }));
}

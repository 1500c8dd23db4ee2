import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';

/** ECDSA over P-256 and SHA-256: what cosign expects of an ECC_NIST_P256 key. */
const SigningAlgorithm = 'ECDSA_SHA_256';

/** The pipeline's key in KMS. The private half never leaves it. */
export class SigningKey {
  private publicKey?: Promise<KeyObject>;

  constructor(
    private readonly kms: KMSClient,
    private readonly KeyId: string,
  ) {}

  /** By digest: KMS takes messages of 4096 bytes at most. Source: KMS API Reference, Sign. */
  sign = async (bytes: Buffer): Promise<Buffer> => {
    const Message = createHash('sha256').update(bytes).digest();
    const request = { KeyId: this.KeyId, Message, MessageType: 'DIGEST' as const, SigningAlgorithm } as const;
    return Buffer.from((await this.kms.send(new SignCommand(request))).Signature!);
  };

  /** Whether the key has signed these bytes, decided with its public half. */
  async verifier(): Promise<(bytes: Buffer, signature: Buffer) => boolean> {
    this.publicKey ??= this.kms
      .send(new GetPublicKeyCommand({ KeyId: this.KeyId }))
      .then(({ PublicKey }) => createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' }));
    const key = await this.publicKey;
    return (bytes, signature) => verify('sha256', bytes, key, signature);
  }
}

import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** The bucket that keeps evidence. */
export class EvidenceStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** What a person finds it by. */
  uri = (key: string) => `s3://${this.bucket}/${key}`;

  async put(key: string, text: string): Promise<void> {
    const ContentType = `${types[key.split('.').pop()!]}; charset=utf-8`;
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType }));
  }

  /** Throws where it cannot be read; S3 says AccessDenied of what is not there to whoever may not list. */
  async get(key: string): Promise<string> {
    return this.read(key).catch((error: Error) => this.unreadable(key, error));
  }

  /** Undefined where it is not there, or S3 does not tell. */
  async find(key: string): Promise<string | undefined> {
    return this.read(key).catch((error: Error) => (isAbsent(error) ? undefined : this.unreadable(key, error)));
  }

  private async read(Key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
    return Body!.transformToString();
  }
  private unreadable(key: string, cause: Error): never {
    throw new Error(`${this.uri(key)} cannot be read: ${cause.name}, ${cause.message}`, { cause });
  }
}

/**
 * Of what is not there S3 denies s3:ListBucket to whoever may not list; whoever may not read it either lacks s3:GetObject. Source: S3 User
 * Guide, "Access denied error messages"; *unverified*.
 */
const isAbsent = ({ name, message }: Error): boolean =>
  name === 'NoSuchKey' || (name === 'AccessDenied' && !message.includes('to perform: s3:GetObject'));

/** Content types by the ends of keys; a browser shows each of them. */
const types: Record<string, string> = { json: 'application/json', xml: 'application/xml', md: 'text/plain' };

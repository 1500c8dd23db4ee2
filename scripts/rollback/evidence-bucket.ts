import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Evidence, evidenceOutput, promotedKey, readEvidence } from '../../declarations/evidence';
import type { Stage } from '../../promotion/stage';
import type { ClientSettings } from '../commands/accounts';
import { findStack } from '../outputs/stacks';

/** The bucket with the releases' evidence, in the tooling account. */
export class EvidenceBucket {
  private constructor(
    private readonly s3: S3Client,
    readonly name: string,
  ) {}

  /** Throws where the pipeline's stack does not tell it. */
  static async of({ system }: Stage, settings: ClientSettings): Promise<EvidenceBucket> {
    const stackName = `${system.prefix}-delivery`;
    const stack = await findStack(new CloudFormationClient(settings), stackName);
    const name = stack?.Outputs?.find((o) => o.OutputKey === evidenceOutput)?.OutputValue;
    if (!name) throw new Error(`Stack ${stackName} of the tooling account has no output ${evidenceOutput}`);
    return new EvidenceBucket(new S3Client(settings), name);
  }

  /** What was promoted in the stage, newest first: the latest of them, as many as S3 tells at once. */
  async promoted({ system, environment }: Stage): Promise<Evidence[]> {
    const Key = promotedKey(system.name, environment.name);
    const { Versions = [] } = await this.s3.send(new ListObjectVersionsCommand({ Bucket: this.name, Prefix: Key }));
    return Promise.all(
      Versions.filter((version) => version.Key === Key)
        .slice(0, 20)
        .map(async ({ VersionId }) => {
          const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.name, Key, VersionId }));
          return readEvidence(await Body!.transformToString(), `s3://${this.name}/${Key}, version ${VersionId}`);
        }),
    );
  }

  /** @returns where it lies */
  async put(Key: string, Body: string): Promise<string> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.name, Key, Body }));
    return `s3://${this.name}/${Key}`;
  }
}

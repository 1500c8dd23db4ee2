import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  ImageAlreadyExistsException,
  InitiateLayerUploadCommand,
  LayerAlreadyExistsException,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { type Artifact, type Descriptor, digestOf, type Layer } from './artifact';

/** What is read of a manifest. */
interface Manifest {
  mediaType: string;
  layers: Descriptor[];
}

/** Signatures and attestations in one repository of ECR, by ECR's own API: no container engine, no password. */
export class ArtifactRepository {
  constructor(
    private readonly ecr: ECRClient,
    private readonly repositoryName: string,
  ) {}

  /** The manifest with that tag, as its digest tells it; undefined where there is none. */
  async find(imageTag: string): Promise<(Descriptor & { manifest: Manifest }) | undefined> {
    const { repositoryName } = this;
    const request = { repositoryName, imageIds: [{ imageTag }] };
    const [image] = (await this.ecr.send(new BatchGetImageCommand(request))).images ?? [];
    if (!image) return undefined;
    const text = image.imageManifest!;
    const manifest = JSON.parse(text) as Manifest;
    return {
      mediaType: image.imageManifestMediaType!,
      digest: digestOf(text),
      size: Buffer.byteLength(text),
      manifest,
    };
  }

  /** The documents that were put by that tag; none where there is no such tag. Throws where one is not what its digest says. */
  async layers(imageTag: string): Promise<Layer[]> {
    const layers = (await this.find(imageTag))?.manifest.layers ?? [];
    return Promise.all(
      layers.map(async ({ mediaType, digest, annotations = {} }) => ({
        mediaType,
        annotations,
        content: await this.blob(digest),
      })),
    );
  }

  /** Puts an artifact by that tag, which does not move: one that is there already stays. */
  async put(imageTag: string, { manifest, blobs }: Artifact): Promise<void> {
    const { repositoryName } = this;
    if (await this.find(imageTag)) return;
    for (const blob of blobs) await this.upload(blob);
    const imageManifestMediaType = (JSON.parse(manifest) as Manifest).mediaType;
    const request = { repositoryName, imageTag, imageManifest: manifest, imageManifestMediaType };
    await this.ecr.send(new PutImageCommand(request)).catch(unless(ImageAlreadyExistsException));
  }

  /** In one part: a part may have any size where it is the only one. Source: ECR API Reference, UploadLayerPart. */
  private async upload(layerPartBlob: Buffer): Promise<void> {
    const { repositoryName } = this;
    const { uploadId } = await this.ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob };
    await this.ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, ...part }));
    const layerDigests = [digestOf(layerPartBlob)];
    await this.ecr
      .send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))
      .catch(unless(LayerAlreadyExistsException));
  }

  private async blob(layerDigest: string): Promise<Buffer> {
    const { repositoryName } = this;
    const request = new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest });
    const answer = await fetch((await this.ecr.send(request)).downloadUrl!);
    const content = Buffer.from(await answer.arrayBuffer());
    if (answer.ok && digestOf(content) === layerDigest) return content;
    throw new Error(
      `${repositoryName}: ${layerDigest} cannot be read: the registry answered ${answer.status} and ${content.length} bytes`,
    );
  }
}

const unless =
  (Allowed: abstract new (...args: never[]) => Error) =>
  (error: Error): void => {
    if (!(error instanceof Allowed)) throw error;
  };

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  DescribeImageScanFindingsCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  LayerAlreadyExistsException,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { digestOf } from '../../../pipeline/supply-chain/artifact';
import { signDigest } from '../../../rehearsal/cloud/services/ecdsa';

/** ECR with one repository, KMS with one key, and the addresses that layers are read from, as far as programs use them. */
export class StandInRegistry {
  readonly ecr = mockClient(ECRClient);
  readonly kms = mockClient(KMSClient);
  readonly images = new Map<string, string>();
  readonly blobs = new Map<string, Buffer>();
  private uploading = Buffer.alloc(0);

  constructor() {
    const $metadata = {};
    this.ecr.on(BatchGetImageCommand).callsFake(async ({ imageIds: [{ imageTag }] }) => {
      const imageManifest = this.images.get(imageTag);
      return imageManifest
        ? { images: [{ imageManifest, imageManifestMediaType: JSON.parse(imageManifest).mediaType }] }
        : {};
    });
    this.ecr.on(InitiateLayerUploadCommand).resolves({ uploadId: 'one' });
    this.ecr.on(UploadLayerPartCommand).callsFake(async ({ layerPartBlob }) => void (this.uploading = layerPartBlob));
    this.ecr.on(CompleteLayerUploadCommand).callsFake(async ({ layerDigests: [digest] }) => {
      if (this.blobs.has(digest)) throw new LayerAlreadyExistsException({ message: 'there', $metadata });
      this.blobs.set(digest, this.uploading);
    });
    this.ecr.on(PutImageCommand).callsFake(async ({ imageTag, imageManifest }) => {
      this.images.set(imageTag, imageManifest);
    });
    this.ecr.on(GetDownloadUrlForLayerCommand).callsFake(async ({ layerDigest }) => ({
      downloadUrl: `https://layers.example/${layerDigest}`,
    }));
    this.scanned({ imageScanStatus: { status: 'COMPLETE' } });
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
      const found = this.blobs.get(String(url).replace('https://layers.example/', ''));
      return found ? new Response(new Uint8Array(found)) : new Response('none', { status: 404 });
    });
    this.keyPair(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  /** What the scan of every image came to. */
  scanned(...answers: object[]): void {
    const described = this.ecr.on(DescribeImageScanFindingsCommand);
    answers.slice(0, -1).forEach((answer) => described.resolvesOnce(answer));
    described.resolves(answers.at(-1)!);
  }

  private keyPair({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): void {
    this.kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ format: 'der', type: 'spki' }) });
    this.kms
      .on(SignCommand)
      .callsFake(async ({ Message }) => ({ Signature: signDigest(privateKey, Buffer.from(Message)) }));
  }

  /** Puts an image by a tag; the result is its digest. */
  push(tag: string, content = 'image'): string {
    const manifest = JSON.stringify({ mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [], content });
    this.images.set(tag, manifest);
    return digestOf(manifest);
  }
}

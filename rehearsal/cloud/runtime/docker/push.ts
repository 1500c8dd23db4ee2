import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { Blob, Image } from './image';

/** An image's place: registry account and region, repository and tag. */
export interface Reference {
  account: string;
  region: string;
  repository: string;
  tag: string;
}

/** Reads <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>. */
export function parseReference(text: string): Reference {
  const [, account, region, repository, tag] =
    /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com\/([^:@]+):([\w.-]+)$/.exec(text) ?? [];
  if (account && region && repository && tag) return { account, region, repository, tag };
  throw new Error(
    `'${text}' is not an image of an ECR registry: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`,
  );
}

/** Pushes an image by the registry's API, in the credentials of the environment. Layers that are there are not sent again. */
export async function push(
  { config, layers, manifest }: Image,
  { account, region, repository, tag }: Reference,
): Promise<void> {
  const client = new ECRClient({ region });
  const place = { registryId: account, repositoryName: repository };
  const blobs = [config, ...layers];
  const check = new BatchCheckLayerAvailabilityCommand({ ...place, layerDigests: blobs.map((b) => b.digest) });
  const { layers: known = [] } = await client.send(check);
  const there = new Set(known.filter((l) => l.layerAvailability === 'AVAILABLE').map((l) => l.layerDigest));
  for (const blob of blobs) if (!there.has(blob.digest)) await upload(client, place, blob);
  await client.send(
    new PutImageCommand({
      ...place,
      imageTag: tag,
      imageManifest: manifest.content.toString('utf8'),
      imageManifestMediaType: manifest.mediaType,
      imageDigest: manifest.digest,
    }),
  );
}

async function upload(
  client: ECRClient,
  place: { registryId: string; repositoryName: string },
  { digest, content }: Blob,
): Promise<void> {
  const { uploadId, partSize } = await client.send(new InitiateLayerUploadCommand(place));
  for (let at = 0; at < content.length; at += partSize!) {
    const part = content.subarray(at, at + partSize!);
    const range = { partFirstByte: at, partLastByte: at + part.length - 1 };
    await client.send(new UploadLayerPartCommand({ ...place, uploadId, ...range, layerPartBlob: part }));
  }
  await client.send(new CompleteLayerUploadCommand({ ...place, uploadId, layerDigests: [digest] }));
}

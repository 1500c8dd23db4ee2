// Images for tasks: the application's files, extracted once for each digest.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { findImage, holdingOf, type Holding } from '../services/ecr';
import type { Cloud } from '../state';

export interface ImageFiles {
  /** Root of the image's file system, without its base image. */
  directory: string;
  digest: string;
  config: { Env: string[]; WorkingDir: string; Cmd?: string[]; Entrypoint?: string[] };
}
/** Why an image cannot be pulled, as the text of CannotPullContainerError. */
export class CannotPullContainerError extends Error {
  readonly code = 'CannotPullContainerError';
}

const reference = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/;
const extracted = new WeakMap<Cloud, Map<string, Promise<ImageFiles>>>();

/** The files of an image in any account's registry, by tag or digest. Rejects with a CannotPullContainerError where it is not there. */
export async function imageFiles(cloud: Cloud, imageReference: string): Promise<ImageFiles> {
  const [, account, region, repository, tag, digest] = reference.exec(imageReference) ?? [];
  const refuse = (why: string): never => {
    throw new CannotPullContainerError(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${imageReference}: ${why}`,
    );
  };
  if (!account || !region || !repository) return refuse('a rehearsal pulls from ECR only');
  const env = cloud.environment(account, region);
  if (!env.get('AWS::ECR::Repository', repository)) return refuse(`${imageReference}: not found`);
  const holding = holdingOf(env, repository);
  const image = findImage(holding, { imageDigest: digest, imageTag: digest ? undefined : (tag ?? 'latest') });
  if (!image) return refuse(`${imageReference}: not found`);
  const done = extracted.get(cloud) ?? new Map<string, Promise<ImageFiles>>();
  extracted.set(cloud, done);
  const files = done.get(image.digest) ?? extractImage(cloud, holding, image.digest, image.manifest);
  done.set(image.digest, files);
  return files;
}

async function extractImage(cloud: Cloud, { layers }: Holding, digest: string, manifest: string): Promise<ImageFiles> {
  const content = JSON.parse(manifest);
  const { config } = JSON.parse(layers.get(content.config.digest)!.toString('utf8'));
  const directory = join(cloud.directory, 'images', digest.replace(':', '-'));
  const draft = `${directory}.draft`;
  mkdirSync(draft, { recursive: true });
  for (const layer of content.layers as { digest: string }[]) await extractLayer(layers.get(layer.digest)!, draft);
  renameSync(draft, directory);
  return { directory, digest, config: { ...config, Env: config.Env ?? [], WorkingDir: config.WorkingDir || '/' } };
}

async function extractLayer(layer: Buffer, directory: string): Promise<void> {
  const entries = Readable.from([gunzipSync(layer)]).pipe(extract());
  for await (const entry of entries) {
    const { name, type, mode } = entry.header;
    const path = join(directory, name);
    if (relative(directory, path).startsWith('..')) throw new Error(`image layer holds a path outside itself: ${name}`);
    if (type === 'directory') mkdirSync(path, { recursive: true });
    else {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.concat(parts), { mode });
    }
    entry.resume();
  }
}

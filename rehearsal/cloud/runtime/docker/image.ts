// An OCI image from a Dockerfile and its context: the same content gives the same digest, whenever and wherever it is built.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { parseDockerfile, type Instruction } from './dockerfile';

export interface Blob {
  mediaType: string;
  digest: string;
  content: Buffer;
}
export interface Image {
  config: Blob;
  layers: Blob[];
  manifest: Blob;
}
const media = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
};
const epoch = new Date(0);
const sha256 = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const blob = (mediaType: string, content: Buffer): Blob => ({ mediaType, digest: sha256(content), content });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Builds the image of a folder. The base image is recorded in the annotations, and not pulled. */
export async function buildImage(context: string): Promise<Image> {
  const instructions = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const config: Record<string, any> = { Env: [], WorkingDir: '/', Labels: {} };
  const exposed: Record<string, object> = {};
  const layers: { tar: Buffer; createdBy: string }[] = [];
  let base = '';
  for (const i of instructions) {
    if (i.kind === 'FROM') base = i.base;
    if (i.kind === 'WORKDIR') config.WorkingDir = posix.resolve(config.WorkingDir, i.path);
    if (i.kind === 'ENV') for (const [name, value] of Object.entries(i.pairs)) setVariable(config.Env, name, value);
    if (i.kind === 'LABEL') Object.assign(config.Labels, i.pairs);
    if (i.kind === 'USER') config.User = i.user;
    if (i.kind === 'EXPOSE') for (const port of i.ports) exposed[port] = {};
    if (i.kind === 'CMD') config.Cmd = i.command;
    if (i.kind === 'ENTRYPOINT') config.Entrypoint = i.command;
    if (i.kind === 'COPY')
      layers.push({
        tar: await layerOf(context, i, config.WorkingDir),
        createdBy: `COPY ${i.sources.join(' ')} ${i.target}`,
      });
  }
  if (Object.keys(exposed).length) config.ExposedPorts = exposed;
  const zipped = layers.map(({ tar }) => blob(media.layer, gzipSync(tar, { level: 9 })));
  const description = blob(
    media.config,
    json({
      created: epoch.toISOString(),
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => sha256(tar)) },
      history: layers.map(({ createdBy }) => ({ created: epoch.toISOString(), created_by: createdBy })),
    }),
  );
  const descriptor = ({ mediaType, digest, content }: Blob) => ({ mediaType, digest, size: content.length });
  const manifest = blob(
    media.manifest,
    json({
      schemaVersion: 2,
      mediaType: media.manifest,
      config: descriptor(description),
      layers: zipped.map(descriptor),
      annotations: { 'org.opencontainers.image.base.name': base },
    }),
  );
  return { config: description, layers: zipped, manifest };
}

function setVariable(env: string[], name: string, value: string): void {
  const at = env.findIndex((entry) => entry.startsWith(`${name}=`));
  if (at < 0) env.push(`${name}=${value}`);
  else env[at] = `${name}=${value}`;
}

/** What one COPY adds: files in a stable order, owner and times fixed. */
async function layerOf(context: string, i: Extract<Instruction, { kind: 'COPY' }>, workdir: string): Promise<Buffer> {
  const files = new Map<string, string>();
  const target = posix.resolve(workdir, i.target);
  const intoFolder = i.target.endsWith('/') || i.target === '.' || i.sources.length > 1;
  for (const source of i.sources) {
    const from = join(context, source);
    if (!from.startsWith(join(context))) throw new Error(`COPY ${source}: outside of the build context`);
    const kind = statSync(from, { throwIfNoEntry: false });
    if (!kind) throw new Error(`COPY ${source}: not in the build context ${context}`);
    if (kind.isDirectory()) for (const path of below(from)) files.set(posix.join(target, path), join(from, path));
    else files.set(intoFolder ? posix.join(target, posix.basename(source)) : target, from);
  }
  const paths = [...files.keys()].sort();
  const folders = new Set(paths.flatMap(parents));
  const tar = pack();
  const id = Number(/^\d+/.exec(i.owner ?? '')?.[0] ?? 0);
  const owner = { uid: id, gid: id, mtime: epoch };
  for (const folder of [...folders].sort()) tar.entry({ name: `${folder}/`, type: 'directory', mode: 0o755, ...owner });
  for (const path of paths) {
    const file = files.get(path)!;
    const mode = statSync(file).mode & 0o111 ? 0o755 : 0o644;
    tar.entry({ name: path.slice(1), mode, ...owner }, readFileSync(file));
  }
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function parents(path: string): string[] {
  const parts = path.slice(1).split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
function below(directory: string, at = ''): string[] {
  return readdirSync(join(directory, at), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(at, entry.name);
    return entry.isDirectory() ? below(directory, path) : [path];
  });
}

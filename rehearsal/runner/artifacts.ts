// Artifacts as CodePipeline keeps them: one zip in the artifact bucket for each, under <pipeline>/<artifact>/<random>.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { readObject, writeObject } from '../cloud/access/calls/s3';
import { demand } from '../cloud/access/services';
import type { Principal } from '../cloud/iam/policy';
import type { Environment } from '../cloud/state';

export interface Location {
  bucket: string;
  key: string;
}
export interface Selection {
  /** Folder that the patterns are relative to. */
  directory: string;
  /** As in a buildspec: `**`, `*` and plain paths. */
  files: string[];
  excluded?: string[];
  discardPaths?: boolean;
}

/** Zips the selected files. Symbolic links are followed, as an artifact cannot hold any. Throws where nothing matches. */
export function pack({ directory, files, excluded = [], discardPaths = false }: Selection): Buffer {
  const wanted = files.map(pattern);
  const unwanted = excluded.map(pattern);
  const content: Zippable = {};
  for (const path of filesBelow(directory)) {
    if (!wanted.some((p) => p.test(path)) || unwanted.some((p) => p.test(path))) continue;
    content[discardPaths ? path.split('/').pop()! : path] = readFileSync(join(directory, path));
  }
  if (!Object.keys(content).length) {
    throw new Error(`no matching artifact paths found: ${files.join(', ')} in ${directory}`);
  }
  return Buffer.from(zipSync(content, { level: 1, mtime: new Date('1980-01-01T00:00:00') }));
}

export function unpack(zip: Buffer, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    const file = join(directory, path);
    if (relative(directory, file).startsWith('..')) throw new Error(`artifact holds a path outside itself: ${path}`);
    if (path.endsWith('/')) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Stores an artifact, as whom it says; CodePipeline cuts the names of pipeline and artifact in its keys. */
export function store(
  env: Environment,
  principal: Principal,
  bucket: string,
  [pipeline, artifact]: [string, string],
  body: Buffer,
): Location {
  const { cloud } = env;
  const key = [pipeline.slice(0, 20), artifact.slice(0, 10), randomBytes(4).toString('hex').slice(0, 7)].join('/');
  demand(env, principal, writeObject({ Bucket: bucket, Key: key }, env));
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  cloud.bucket(bucket).set(key, { body, contentType: 'application/zip', etag, modified: cloud.clock.now() });
  return { bucket, key };
}

/** The bytes of an artifact, read as whom it says. */
export function fetchArtifact(env: Environment, principal: Principal, { bucket, key }: Location): Buffer {
  demand(env, principal, readObject({ Bucket: bucket, Key: key }, env));
  const found = env.cloud.bucket(bucket).get(key);
  if (!found) throw new Error(`artifact s3://${bucket}/${key} does not exist`);
  return found.body;
}

/** Paths below a folder, with '/' between, in a stable order. */
export function filesBelow(directory: string, below = directory): string[] {
  const names = readdirSync(below).sort();
  return names.flatMap((name) => {
    const path = join(below, name);
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind?.isDirectory()) return filesBelow(directory, path);
    return kind?.isFile() ? [relative(directory, path).split(sep).join('/')] : [];
  });
}

/** A buildspec's file pattern as an expression over whole relative paths. */
export function pattern(glob: string): RegExp {
  const path = glob.replace(/^\.\//, '').replace(/\/$/, '/**/*');
  const parts = path.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

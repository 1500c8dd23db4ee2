import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** An image of this delivery. */
export interface BuiltImage {
  service: string;
  /** {registry}/{repository}. */
  image: string;
  tag: string;
  digest: string;
  /** In this execution; otherwise it was in the registry already, and signed. */
  built: boolean;
}

/** Hands the images from the step that builds them to the one that signs them. */
export function writeBuiltImages(path: string, images: BuiltImage[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(images, null, 2)}\n`);
}

export const builtImages = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as BuiltImage[];

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { contentPrefix } from './registry';

/**
 * Tag of the image that is built from a directory: content- and 16 hexadecimal digits of SHA-256 over every file's path and content.
 * The same content gives the same tag on every machine; modes and times, which differ between checkouts, do not count.
 * Throws where the directory is missing or empty.
 */
export function imageTag(directory: string): string {
  const files = filesIn(directory);
  if (files.length === 0) throw new Error(`${directory} is empty: there is nothing to build an image from`);
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(directory, file));
    // Lengths keep 'a' + 'bc' apart from 'ab' + 'c'.
    hash.update(`${file.length}:${file}:${content.length}:`).update(content);
  }
  return contentPrefix + hash.digest('hex').slice(0, 16);
}

/** Paths of all files below the directory, with '/', in an order that no locale changes. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

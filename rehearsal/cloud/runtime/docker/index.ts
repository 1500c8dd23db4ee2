import { buildSync } from 'esbuild';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../state';

const folders = new WeakMap<Cloud, string>();

/** A folder for a build's PATH whose `docker` makes images without a container engine. Bundled once, so that each call starts fast. */
export function dockerStandIn(cloud: Cloud): string {
  const found = folders.get(cloud);
  if (found) return found;
  const folder = join(cloud.directory, 'docker-stand-in');
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [join(__dirname, 'docker.ts')],
    outfile: join(folder, 'docker.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'docker.js')}' "$@"\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  folders.set(cloud, folder);
  return folder;
}

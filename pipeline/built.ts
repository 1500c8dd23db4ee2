import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { contextHash } from '../declarations/image';
import type { System } from '../declarations/system';

/** What `npm run build` makes and the pipeline's steps need: bundled programs, and each service's build context. */
const parts = ['programs', 'images'];

/** Tag of each service's image, by the service's name: the hash of its build context. Throws where the build is missing. */
export function imagesOf(system: System, build: string): Record<string, { tag: string }> {
  return Object.fromEntries(
    system.services.map(({ name }) => [name, { tag: contextHash(built(build, join('images', name))) }]),
  );
}

/** Copies the build into the assembly, so that Synth's artifact has everything that later steps run. */
export function copyBuild(build: string, assembly: string): void {
  for (const part of parts) {
    const from = built(build, part);
    rmSync(join(assembly, part), { recursive: true, force: true });
    cpSync(from, join(assembly, part), { recursive: true });
  }
}

function built(build: string, part: string): string {
  const path = join(build, part);
  if (existsSync(path)) return path;
  throw new Error(`${path} is missing: run 'npm run build' first`);
}

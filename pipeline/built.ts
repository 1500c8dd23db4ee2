import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { imageTag } from '../declarations/image';
import type { System } from '../declarations/system';

/** Tag of each service's image, by the service's name: the hash of its build context. Throws where the build is missing. */
export function imagesOf(system: System, build: string): Record<string, { tag: string }> {
  return Object.fromEntries(
    contextsOf(system).map(([service, context]) => [service, { tag: imageTag(built(build, context)) }]),
  );
}

/**
 * Copies what `npm run build` made and the pipeline's steps need into the assembly, and with it into Synth's artifact:
 * bundled programs, the build context of each of the system's services, and the lists of what is in them (`npm run sbom`).
 */
export function copyBuild(system: System, build: string, assembly: string): void {
  for (const part of ['programs', 'images', 'sbom']) rmSync(join(assembly, part), { recursive: true, force: true });
  for (const part of ['programs', ...contextsOf(system).map(([, context]) => context)]) {
    cpSync(built(build, part), join(assembly, part), { recursive: true });
  }
  // Only what is delivered needs them: a synthesis at a desk may have none.
  const sboms = join(build, 'sbom');
  if (existsSync(sboms)) cpSync(sboms, join(assembly, 'sbom'), { recursive: true });
}

const contextsOf = ({ services }: System) => services.map(({ name }) => [name, join('images', name)] as const);

function built(build: string, part: string): string {
  const path = join(build, part);
  if (existsSync(path)) return path;
  throw new Error(`${path} is missing: run 'npm run build' first`);
}

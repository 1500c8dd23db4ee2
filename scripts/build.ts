import { buildSync, type BuildOptions } from 'esbuild';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Programs that the pipeline's steps run, by the name of their file. Later steps install nothing, so each is whole in itself. */
const programs: Record<string, string> = {
  'change-guard': 'pipeline/programs/change-guard.ts',
  changes: 'pipeline/programs/changes.ts',
  'commit-check': 'pipeline/programs/commit-check.ts',
  attest: 'pipeline/programs/attest.ts',
  images: 'pipeline/programs/images.ts',
  outputs: 'scripts/outputs.ts',
  promotion: 'promotion/cli.ts',
  'keep-images': 'pipeline/programs/keep-images.ts',
  protect: 'pipeline/programs/protect.ts',
  'verify-images': 'pipeline/programs/verify-images.ts',
};

/** The same input gives the same bytes wherever it is built: image tags and templates depend on it. */
const common = (root: string): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Packages' ES modules, where they have some: what a program does not use is left out of it.
  mainFields: ['module', 'main'],
  // Paths within the output stay relative to the repository, also where node_modules is a link.
  preserveSymlinks: true,
  // Names stay, so that a stack trace in a step's log can be read.
  minifySyntax: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  write: false,
});

/**
 * Bundles everything that runs outside synthesis: `programs/<name>.js`, and `images/<service>/`, a whole build context
 * for each folder of services/ that has a Dockerfile. Files whose content is the same are not touched.
 * Throws where a source is missing or wrong.
 *
 * @param root folder of the repository
 * @param outdir @default build/ in it
 */
export function build(root: string, outdir = join(root, 'build')): void {
  const files = new Map<string, Buffer>();
  for (const [name, entry] of Object.entries(programs)) {
    files.set(`programs/${name}.js`, bundle(root, entry, { minifyWhitespace: true }));
  }
  files.set('programs/live-checks.js', liveChecks(root));
  replaceFiles(outdir, new Map([...files, ...images(root)]));
}

/** The images alone: what tests of the services need. */
export const buildServices = (root: string, outdir: string) => replaceFiles(outdir, images(root));

/** Compiled packages that pg tries where they are installed: the images have none. */
const nativePackages = ['pg-native'];

function images(root: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const service of servicesIn(root)) {
    files.set(`images/${service}/Dockerfile`, readFileSync(join(root, 'services', service, 'Dockerfile')));
    files.set(
      `images/${service}/server.js`,
      bundle(root, `services/${service}/src/server.ts`, { external: nativePackages }),
    );
  }
  return files;
}

/** Services that have an image. */
export const servicesIn = (root: string): string[] =>
  readdirSync(join(root, 'services'))
    .filter((name) => existsSync(join(root, 'services', name, 'Dockerfile')))
    .sort();

/** Packages that are bundled into the service's server, by their folders from the root: node_modules/pg. */
export function packagesIn(root: string, service: string): string[] {
  const entryPoints = [`services/${service}/src/server.ts`];
  const options = { ...common(root), entryPoints, outfile: 'bundle.js', external: nativePackages, metafile: true };
  const inputs = Object.keys(buildSync(options).metafile!.inputs);
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function bundle(root: string, entry: string, options: BuildOptions = {}): Buffer {
  const { outputFiles } = buildSync({ ...common(root), ...options, entryPoints: [entry], outfile: 'bundle.js' });
  return Buffer.from(outputFiles![0]!.contents);
}

/** The live checks carry a test runner with them and know best how to be bundled. */
function liveChecks(root: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'live-checks-'));
  try {
    const outfile = join(directory, 'live-checks.js');
    const bundler: typeof import('../integration-tests/bundle') = require(join(root, 'integration-tests/bundle.ts'));
    bundler.bundleLiveChecks(outfile);
    return readFileSync(outfile);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Makes `outdir` hold exactly these files. Each appears at once and whole, because a synthesis may be reading at the same time. */
function replaceFiles(outdir: string, files: Map<string, Buffer>) {
  if (existsSync(outdir)) {
    for (const entry of readdirSync(outdir, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
      const path = join(entry.parentPath, entry.name);
      const wanted = entry.name.startsWith('.new-') || [...files.keys()].some((file) => join(outdir, file) === path);
      if (!entry.isDirectory() && !wanted) rmSync(path, { force: true });
    }
  }
  for (const [file, content] of files) {
    const path = join(outdir, file);
    if (existsSync(path) && readFileSync(path).equals(content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    const whole = join(outdir, `.new-${process.pid}`);
    writeFileSync(whole, content);
    renameSync(whole, path);
  }
}

if (require.main === module) {
  try {
    build(resolve(__dirname, '..'));
  } catch (error) {
    // esbuild has printed the place in the sources already; its message begins with a summary.
    console.error(`Nothing was built. ${String(error).split('\n')[0]}`);
    process.exitCode = 1;
  }
}

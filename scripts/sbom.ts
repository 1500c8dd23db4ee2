import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { baseImages } from '../pipeline/supply-chain/statements';
import { packagesIn, servicesIn } from './build';

/** The parts of CycloneDX that are read or written here. Source: CycloneDX 1.5. */
interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}
interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  version?: string;
  purl?: string;
  hashes?: { alg: string; content: string }[];
}

/**
 * Writes sbom/repository.json and sbom/{service}.json: what the repository depends on, and what is in each image. By `npm sbom`, without what
 * differs from one call to the next.
 *
 * @param root folder of the repository
 * @param outdir @default build/ in it
 */
export function writeSboms(root: string, outdir = join(root, 'build')): void {
  const all = repositoryBom(root);
  mkdirSync(join(outdir, 'sbom'), { recursive: true });
  const write = (name: string, bom: Bom) =>
    writeFileSync(join(outdir, 'sbom', `${name}.json`), `${JSON.stringify(bom, null, 2)}\n`);
  write('repository', all);
  for (const service of servicesIn(root)) write(service, imageBom(root, service, all));
}

/** By what package-lock.json says, so that it is the same whatever is installed. */
function repositoryBom(root: string): Bom {
  const options = ['--sbom-format', 'cyclonedx', '--package-lock-only'];
  const bom = JSON.parse(
    execFileSync('npm', ['sbom', ...options], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }),
  ) as Bom;
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const { timestamp: _time, component, ...metadata } = bom.metadata;
  const { serialNumber: _number, ...rest } = bom;
  // npm names the root after its folder.
  return { ...rest, metadata: { ...metadata, component: { ...component, name } } };
}

/** The base image, and the packages that are bundled into the server. */
function imageBom(root: string, service: string, all: Bom): Bom {
  const paths = packagesIn(root, service);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages as Record<
    string,
    { version: string }
  >;
  const refs = new Set(paths.map((path) => `${path.split('node_modules/').at(-1)}@${lock[path]!.version}`));
  const bases = baseImages(readFileSync(join(root, 'services', service, 'Dockerfile'), 'utf8')).map(base);
  const packages = all.components.filter((component) => refs.has(component['bom-ref']));
  const component = { 'bom-ref': service, type: 'container', name: service };
  const known = new Set(packages.map((one) => one['bom-ref']));
  return {
    ...all,
    metadata: { ...all.metadata, component },
    components: [...bases, ...packages],
    dependencies: [
      { ref: service, dependsOn: [...bases, ...packages].map((one) => one['bom-ref']) },
      ...all.dependencies
        .filter(({ ref }) => known.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) })),
    ],
  };
}

/** Its own packages are not listed: the registry's scan looks into them. */
function base({ reference, sha256 }: { reference: string; sha256: string }): Component {
  const [name, version] = reference.split('@')[0]!.split(':');
  const repository = encodeURIComponent(name!);
  return {
    'bom-ref': reference,
    type: 'container',
    name: name!,
    version,
    purl: `pkg:oci/${name!.split('/').at(-1)}@sha256%3A${sha256}?repository_url=${repository}&tag=${version}`,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  };
}

if (require.main === module) writeSboms(resolve(__dirname, '..'));

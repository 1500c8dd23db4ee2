import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImages } from '../../pipeline/supply-chain/statements';
import { servicesIn } from '../../scripts/build';
import { writeSboms } from '../../scripts/sbom';
import { temporaryFolder } from '../pipeline/temporary-folder';

const root = join(__dirname, '../..');
const [one, two] = [temporaryFolder(), temporaryFolder()];
const read = (folder: string, name: string) => readFileSync(join(folder, 'sbom', `${name}.json`), 'utf8');

beforeAll(() => [one, two].forEach((folder) => writeSboms(root, folder)));

test('there is one for the repository and for each image, and two calls give the same bytes', () => {
  expect(readdirSync(join(one, 'sbom')).sort()).toEqual(
    [...servicesIn(root), 'repository'].map((s) => `${s}.json`).sort(),
  );
  for (const name of ['repository', 'payment-api']) expect(read(one, name)).toBe(read(two, name));
});

test("the repository's is of CycloneDX, names it, and has every package of package-lock.json", () => {
  const bom = JSON.parse(read(one, 'repository'));
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'payment-delivery' } } });
  const names = bom.components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['aws-cdk-lib', 'jest', 'pg']));
});

test("an image's has its base by digest, what is bundled into it with versions and hashes, and nothing else", () => {
  const { metadata, components } = JSON.parse(read(one, 'payment-api'));
  expect(metadata.component).toEqual({ 'bom-ref': 'payment-api', type: 'container', name: 'payment-api' });
  const [base, ...packages] = components;
  const [from] = baseImages(readFileSync(join(root, 'services/payment-api/Dockerfile'), 'utf8'));
  expect(base).toMatchObject({ type: 'container', hashes: [{ alg: 'SHA-256', content: from!.sha256 }] });
  expect(packages.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['pg', '@opentelemetry/api']),
  );
  expect(packages.map(({ name }: { name: string }) => name)).not.toContain('aws-cdk-lib');
  for (const { purl, hashes } of packages)
    expect([purl, hashes[0].alg]).toEqual([expect.stringMatching(/^pkg:npm\/.+@\d/), 'SHA-512']);
});

test.each(servicesIn(root))('the base image of %s is named by digest', (service) => {
  expect(baseImages(readFileSync(join(root, 'services', service, 'Dockerfile'), 'utf8'))).toHaveLength(1);
});

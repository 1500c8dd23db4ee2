import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  ImageAlreadyExistsException,
  PutImageCommand,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import { imageTag } from '../../../declarations/image';
import { attestationTag, signatureTag } from '../../../declarations/registry';
import { attest } from '../../../pipeline/programs/attest';
import { writeBuiltImages } from '../../../pipeline/programs/built-images';
import { verifyImages } from '../../../pipeline/programs/verify-images';
import { StandInRegistry } from '../supply-chain/registry';
import { artifactFolder } from '../support';
import { runWork } from './support';

const directory = artifactFolder();
writeFileSync(join(directory, 'images/payment-api/Dockerfile'), `FROM node:22@sha256:${'c'.repeat(64)}`);
mkdirSync(join(directory, 'sbom'));
writeFileSync(join(directory, 'sbom/payment-api.json'), '{"bomFormat":"CycloneDX"}');
const tag = imageTag(join(directory, 'images/payment-api'));
const file = join(directory, 'built/images.json');
const variables = {
  ...{ SIGNING_KEY_ARN: 'key', BUILT_IMAGES: file, REPOSITORY: 'https://github.com/o/n', COMMIT_ID: 'd'.repeat(40) },
  ...{ PIPELINE_ARN: 'arn:pipeline', PIPELINE_EXECUTION_ID: 'e', POLL_SECONDS: '0.001', PATIENCE_SECONDS: '0.01' },
};
let registry: StandInRegistry;
let digest: string;

beforeEach(() => {
  registry = new StandInRegistry();
  digest = registry.push(tag);
  built();
});
afterEach(() => {
  jest.restoreAllMocks();
  registry.ecr.restore();
  registry.kms.restore();
});

function built(of: object = {}) {
  writeBuiltImages(file, [{ service: 'payment-api', image: 'registry/payment-api', tag, digest, built: true, ...of }]);
}
const run = () => runWork(attest, { directory, variables });
const verify = (entries = undefined as Parameters<typeof verifyImages>[0]) =>
  runWork(verifyImages(entries), { directory, variables });

test('what was built is signed and attested, where cosign looks for it, and may be delivered', async () => {
  expect(await run()).toEqual({ code: 0, said: `payment-api ${digest} is signed` });
  expect([...registry.images.keys()]).toEqual([tag, attestationTag(digest), signatureTag(digest)]);
  for (const name of [attestationTag(digest), signatureTag(digest)]) {
    const manifest = JSON.parse(registry.images.get(name)!);
    expect(manifest.subject.digest).toBe(digest);
    for (const layer of [manifest.config, ...manifest.layers]) expect(registry.blobs.has(layer.digest)).toBe(true);
  }
  expect(await verify()).toEqual({
    code: 0,
    said: `payment-api ${digest} is signed and attested, and no critical finding speaks against it`,
  });
});

test('what was in the registry already is not signed again', async () => {
  built({ built: false });
  expect((await run()).said).toBe(`payment-api ${digest} was signed when it was built`);
  expect(registry.images.size).toBe(1);
});

test.each([
  ['nothing', () => registry.images.delete(tag)],
  ['sha256:\\w{64}', () => registry.push(tag, 'another')],
])('where the tag names %s by then, nothing is signed', async (named, change) => {
  change();
  const { code, said } = await run();
  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`^Error: payment-api: ${tag} names ${named}, and ${digest} was built$`));
  expect(registry.images.size).toBeLessThan(2);
});

test('a second try leaves what the first has put', async () => {
  await run();
  const before = new Map(registry.images);
  expect((await run()).code).toBe(0);
  expect(registry.images).toEqual(before);
});

test('somebody who is quicker by a moment does no harm, another failure does', async () => {
  registry.ecr.on(PutImageCommand).rejects(new ImageAlreadyExistsException({ message: 'there', $metadata: {} }));
  expect((await run()).code).toBe(0);
  registry.ecr.on(PutImageCommand).rejects(new Error('AccessDenied'));
  expect(await run()).toEqual({ code: 1, said: 'Error: AccessDenied' });
});

describe('nothing is delivered', () => {
  const refused = (...lines: string[]) => ({
    code: 1,
    said: [...lines, 'Nothing is delivered. docs/supply-chain.md says what to do.'].join('\n'),
  });

  test('without an image', async () => {
    registry.images.clear();
    expect(await verify()).toEqual(
      refused(`payment-api: the registry has no image ${tag}. Start the pipeline anew: it builds what is missing`),
    );
  });

  test('without a signature', async () => {
    await run();
    registry.images.delete(signatureTag(digest));
    expect(await verify()).toEqual(refused(`payment-api: ${digest} is not signed with the key of the pipeline`));
  });

  test('with something else by the tag of its signature', async () => {
    await run();
    for (const layers of [undefined, [{ mediaType: 'text/plain', digest: [...registry.blobs.keys()][0] }]]) {
      registry.images.set(signatureTag(digest), JSON.stringify({ mediaType: 'any', layers }));
      expect(await verify()).toEqual(refused(`payment-api: ${digest} is not signed with the key of the pipeline`));
    }
  });

  test('with a critical finding, of a basic scan or an enhanced one, until an entry accepts it', async () => {
    await run();
    const imageScanFindings = {
      findings: [{ name: 'CVE-2026-1', severity: 'CRITICAL' }, {}],
      enhancedFindings: [
        { severity: 'CRITICAL', packageVulnerabilityDetails: { vulnerabilityId: 'CVE-2026-2' } },
        { severity: 'CRITICAL', title: 'CVE-2026-3 - it' },
        {},
      ],
    };
    registry.scanned({ imageScanStatus: { status: 'ACTIVE' }, imageScanFindings });
    const { code, said } = await verify();
    expect(code).toBe(1);
    for (const n of [1, 2, 3]) expect(said).toContain(`the scan found CVE-2026-${n}`);
    registry.scanned({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findings: [imageScanFindings.findings[0]] },
    });
    const entry = {
      vulnerability: 'CVE-2026-1',
      service: 'payment-api',
      reason: 'Not reachable',
      expires: '2999-12-31',
    };
    expect((await verify([entry])).code).toBe(0);
  });

  test('before the scan has ended, and every page is read', async () => {
    await run();
    const page = (name: string, nextToken?: string) => ({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findings: [{ name, severity: 'CRITICAL' }] },
      nextToken,
    });
    registry.scanned({ imageScanStatus: { status: 'IN_PROGRESS' } }, page('CVE-2026-1', 'more'), page('CVE-2026-2'));
    expect((await verify()).said).toMatch(/CVE-2026-1.*\n.*CVE-2026-2/);
  });

  test.each([
    ['FAILED', 'it broke', 'FAILED, it broke'],
    ['IN_PROGRESS', undefined, 'IN_PROGRESS'],
  ])('with a scan that is %s', async (status, description, told) => {
    await run();
    registry.scanned({ imageScanStatus: { status, description } });
    expect((await verify()).said).toContain(`payment-api: ${digest} has no result of a scan: ${told}. See: aws ecr`);
  });

  test.each([
    ['FAILED', "UnsupportedImageError: The operating system 'alpine' version 'v3.24' is not supported."],
    ['UNSUPPORTED_IMAGE', undefined],
  ])('that the registry cannot scan (%s), until an entry accepts that', async (status, description) => {
    await run();
    registry.scanned({ imageScanStatus: { status, description } });
    expect((await verify()).said).toContain('payment-api: the scan found UNSUPPORTED-IMAGE, which is critical');
    const reason = 'The scan does not know this release yet';
    const entry = { vulnerability: 'UNSUPPORTED-IMAGE', service: 'payment-api', reason, expires: '2999-12-31' };
    expect((await verify([entry])).code).toBe(0);
  });

  test('without a scan, or where it cannot be read', async () => {
    await run();
    const described = registry.ecr.on(DescribeImageScanFindingsCommand);
    described.rejects(new ScanNotFoundException({ message: 'none', $metadata: {} }));
    expect((await verify()).said).toContain('it was never scanned');
    described.rejects(new Error('AccessDenied'));
    expect((await verify()).said).toBe('Error: AccessDenied');
  });

  test('where a document is not what its digest says', async () => {
    await run();
    for (const key of registry.blobs.keys()) registry.blobs.set(key, Buffer.from('else'));
    expect((await verify()).said).toMatch(
      /Error: payment-api: sha256:\w+ cannot be read: the registry answered 200 and 4 bytes/,
    );
    registry.blobs.clear();
    expect((await verify()).said).toMatch(/answered 404/);
  });

  test('by a registry that tells nothing', async () => {
    registry.ecr.on(BatchGetImageCommand).resolves({});
    expect((await verify()).code).toBe(1);
  });
});

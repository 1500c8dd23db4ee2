import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchDeleteImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
} from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { imageTag } from '../../../declarations/image';
import { images } from '../../../pipeline/programs/images';
import { allServices, artifactFolder, buildFolder, temporaryFolder } from '../support';
import { runWork, standIn } from './support';

const registry = '111111111111.dkr.ecr.us-east-1.amazonaws.com';
const absent = new ImageNotFoundException({ message: 'none', $metadata: {} });
const found = { imageDetails: [{ imageDigest: 'sha256:abc' }] };
const ecr = mockClient(ECRClient);

beforeEach(() => {
  ecr.reset();
  ecr.on(DescribeRepositoriesCommand).callsFake(({ repositoryNames: [name] }) => ({
    repositories: [{ repositoryUri: `${registry}/${name}` }],
  }));
  const authorizationToken = Buffer.from('AWS:secret').toString('base64');
  ecr.on(GetAuthorizationTokenCommand).resolves({ authorizationData: [{ authorizationToken }] });
});

/** Records how docker is called, and what it reads. */
const recording =
  'echo "$@" >> calls; [ "$1" = build ] && env | grep ATTESTATIONS >> calls; [ "$1" = login ] && cat >> calls && echo >> calls; exit 0';

test('an image that the registry lacks is built and pushed', async () => {
  const directory = artifactFolder();
  const variables = standIn(directory, 'docker', recording);
  ecr.on(DescribeImagesCommand).rejectsOnce(absent).resolves(found);
  ecr.on(BatchDeleteImageCommand).rejects(new Error('nothing is to be deleted'));
  const { code, said } = await runWork(images, { directory, variables });
  const tag = imageTag(join(directory, 'images', 'payment-api'));
  expect([code, said]).toEqual([0, `payment-api ${tag} sha256:abc built`]);
  expect(readFileSync(join(directory, 'calls'), 'utf8').split('\n')).toEqual([
    `login --username AWS --password-stdin ${registry}`,
    'secret',
    `build --platform linux/amd64 --tag ${registry}/payment-api:${tag} images/payment-api`,
    'BUILDX_NO_DEFAULT_ATTESTATIONS=1',
    `push ${registry}/payment-api:${tag}`,
    '',
  ]);
  expect(readFileSync(join(directory, 'image-digests.txt'), 'utf8')).toBe('payment-api@sha256:abc');
  const built = { service: 'payment-api', image: `${registry}/payment-api`, tag, digest: 'sha256:abc', built: true };
  expect(JSON.parse(readFileSync(join(directory, 'built-images/images.json'), 'utf8'))).toEqual([built]);
});

test('an image without a signature loses its tag, and is built anew', async () => {
  const directory = artifactFolder();
  const variables = standIn(directory, 'docker', recording);
  const tag = imageTag(join(directory, 'images', 'payment-api'));
  ecr
    .on(DescribeImagesCommand, { repositoryName: 'payment-api', imageIds: [{ imageTag: 'sha256-abc.sig' }] })
    .rejects(absent);
  ecr.on(DescribeImagesCommand, { repositoryName: 'payment-api', imageIds: [{ imageTag: tag }] }).resolves(found);
  ecr.on(BatchDeleteImageCommand).resolves({});
  const { code, said } = await runWork(images, { directory, variables });
  expect(code).toBe(0);
  expect(said).toContain(`payment-api ${tag} sha256:abc is not signed: nobody knows who pushed it. It loses its tag`);
  expect(said).toMatch(/ built$/);
  expect(ecr.commandCalls(BatchDeleteImageCommand).map(({ args: [{ input }] }) => input.imageIds)).toEqual([
    [{ imageTag: tag }],
  ]);
});

test('a tag that stays on an image without a signature fails the step', async () => {
  ecr
    .on(DescribeImagesCommand)
    .callsFake(({ imageIds: [{ imageTag }] }) => (imageTag.endsWith('.sig') ? Promise.reject(absent) : found));
  ecr.on(BatchDeleteImageCommand).resolves({ failures: [{ failureReason: 'Somebody holds it' }] });
  const { said } = await runWork(images, { directory: artifactFolder() });
  expect(said).toMatch(/Error: payment-api: the tag content-\w{16} stays. Somebody holds it$/);
});

test('an image that is there is not built again, and docker is not called', async () => {
  const directory = artifactFolder();
  const variables = standIn(directory, 'docker', recording);
  ecr.on(DescribeImagesCommand).resolves(found);
  expect((await runWork(images, { directory, variables })).said).toMatch(/ present$/);
  expect(existsSync(join(directory, 'calls'))).toBe(false);
});

test('several images need one login', async () => {
  const directory = buildFolder();
  const variables = standIn(directory, 'docker', recording);
  ecr.on(DescribeImagesCommand).callsFake(() => (standInPushed(directory) ? found : Promise.reject(absent)));
  const { code } = await runWork(images, { directory, variables });
  const calls = readFileSync(join(directory, 'calls'), 'utf8');
  expect(code).toBe(0);
  expect(calls.match(/^login/gm)).toHaveLength(1);
  expect(calls.match(/^push/gm)).toHaveLength(allServices.length);
  const digests = readFileSync(join(directory, 'image-digests.txt'), 'utf8').split(' ');
  expect(digests).toHaveLength(allServices.length);
});

test.each([
  [8, /^service-0@sha256:a{64} .* service-7@sha256:a{64}$/],
  [25, /^25, told in the log of the step that built them$/],
])('the digests of %s images fit into an approval', async (count, expected) => {
  const directory = temporaryFolder();
  for (let i = 0; i < count; i++) {
    mkdirSync(join(directory, 'images', `service-${i}`), { recursive: true });
    writeFileSync(join(directory, 'images', `service-${i}`, 'server.js'), 'server');
  }
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: `sha256:${'a'.repeat(64)}` }] });
  const { code, said } = await runWork(images, { directory });
  expect(code).toBe(0);
  expect(said.match(/sha256/g)).toHaveLength(count);
  expect(readFileSync(join(directory, 'image-digests.txt'), 'utf8')).toMatch(expected);
});

/** Whether the last thing that docker did was a push. */
const standInPushed = (directory: string) =>
  existsSync(join(directory, 'calls')) &&
  /push \S+\n$/.test(readFileSync(join(directory, 'calls'), 'utf8')) &&
  (pushes += 1) % 2 === 1;
let pushes = 0;

test.each([
  ['exit 3', 'Error: docker login ended with 3'],
  ['kill -9 $$', 'Error: docker login ended with SIGKILL'],
])('where docker does "%s" the step fails', async (script, message) => {
  const directory = artifactFolder();
  const variables = standIn(directory, 'docker', script);
  ecr.on(DescribeImagesCommand).rejects(absent);
  expect(await runWork(images, { directory, variables })).toEqual({ code: 1, said: message });
});

test('without docker it says so', async () => {
  ecr.on(DescribeImagesCommand).rejects(absent);
  const { said } = await runWork(images, { directory: artifactFolder(), variables: { PATH: '/nowhere' } });
  expect(said).toBe('Error: docker could not be started: spawnSync docker ENOENT');
});

test('a push that left nothing in the registry fails', async () => {
  const directory = artifactFolder();
  const variables = standIn(directory, 'docker', recording);
  ecr.on(DescribeImagesCommand).resolves({});
  expect((await runWork(images, { directory, variables })).said).toMatch(/has no image .* after the push/);
});

test('a registry that does not answer fails', async () => {
  ecr.on(DescribeImagesCommand).rejects(new Error('AccessDenied'));
  const answer = await runWork(images, { directory: artifactFolder() });
  expect(answer).toEqual({ code: 1, said: 'Error: AccessDenied' });
});

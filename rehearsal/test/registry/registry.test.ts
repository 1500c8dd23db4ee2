import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administratorKey } from '../../cloud/identity';
import { startLocalCloud, type LocalCloud } from '../../cloud/local-cloud';
import { dockerStandIn } from '../../cloud/runtime/docker';
import { imageFiles } from '../../cloud/runtime/images';

const account = '111111111111';
const region = 'us-east-1';
const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
const credentials = { accessKeyId: administratorKey(account), secretAccessKey: 'local' };
const directory = mkdtempSync(join(tmpdir(), 'registry-'));
const context = join(directory, 'context');
let local: LocalCloud;
let client: ECRClient;

beforeAll(async () => {
  local = await startLocalCloud({ directory, speed: 600 });
  client = new ECRClient({ endpoint: local.endpoint, region, credentials });
  const model = { RepositoryName: 'payment-api', ImageTagMutability: 'IMMUTABLE' };
  local.cloud
    .environment(account, region)
    .put({ type: 'AWS::ECR::Repository', id: 'payment-api', seed: 'x', properties: model, model });
  mkdirSync(join(context, 'lib'), { recursive: true });
  writeFileSync(join(context, 'server.js'), 'console.log("version 1")');
  writeFileSync(join(context, 'lib/data.json'), '{}');
  dockerfile('COPY server.js ./', 'COPY lib lib/');
});
afterAll(async () => {
  await local.stop();
  rmSync(directory, { recursive: true, force: true });
});

function dockerfile(...lines: string[]) {
  const text = [
    '# a comment',
    'FROM node:22@sha256:00',
    'ENV NODE_ENV=production \\',
    '  LOG="json lines"',
    'WORKDIR /app',
    ...lines,
  ];
  writeFileSync(
    join(context, 'Dockerfile'),
    [...text, 'USER 1000', 'EXPOSE 8080', 'CMD ["node", "server.js"]'].join('\n'),
  );
}

/** Runs the stand-in as a build would. The cloud answers from this very process, so it must not be blocked. */
async function docker(args: string[], input = '') {
  const child = spawn(join(dockerStandIn(local.cloud), 'docker'), args, {
    env: {
      HOME: directory,
      PATH: '/usr/bin:/bin',
      AWS_ENDPOINT_URL: local.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  child.stdin.end(input);
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, output };
}
const login = async () => {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  const password = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().split(':')[1]!;
  return docker(['login', '--username', 'AWS', '--password-stdin', registry], password);
};
const build = (tag: string) =>
  docker(['build', '--platform', 'linux/amd64', '--tag', `${registry}/payment-api:${tag}`, context]);
const push = (tag: string) => docker(['push', `${registry}/payment-api:${tag}`]);

test('a push without a login is refused', async () => {
  await build('early');
  expect(await push('early')).toMatchObject({
    status: 1,
    output: expect.stringContaining('no basic auth credentials'),
  });
});

test('an image is built, pushed, and its files are there by tag and by digest', async () => {
  expect(await login()).toMatchObject({ status: 0, output: 'Login Succeeded\n' });
  expect((await build('one')).status).toBe(0);
  expect(await push('one')).toMatchObject({ status: 0, output: expect.stringContaining('one: digest: sha256:') });
  const { imageDetails } = await client.send(
    new DescribeImagesCommand({ repositoryName: 'payment-api', imageIds: [{ imageTag: 'one' }] }),
  );
  const digest = imageDetails![0]!.imageDigest!;
  const byTag = await imageFiles(local.cloud, `${registry}/payment-api:one`);
  const byDigest = await imageFiles(local.cloud, `${registry}/payment-api@${digest}`);
  expect(byDigest.directory).toBe(byTag.directory);
  expect(readFileSync(join(byTag.directory, 'app/server.js'), 'utf8')).toBe('console.log("version 1")');
  expect(readFileSync(join(byTag.directory, 'app/lib/data.json'), 'utf8')).toBe('{}');
  expect(byTag.config).toMatchObject({
    Env: ['NODE_ENV=production', 'LOG=json lines'],
    WorkingDir: '/app',
    User: '1000',
    Cmd: ['node', 'server.js'],
    ExposedPorts: { '8080/tcp': {} },
  });
});

test('the manifest is one of OCI, and names what was not pulled', async () => {
  const { images } = await client.send(
    new BatchGetImageCommand({ repositoryName: 'payment-api', imageIds: [{ imageTag: 'one' }] }),
  );
  const manifest = JSON.parse(images![0]!.imageManifest!);
  expect(manifest.annotations).toEqual({ 'org.opencontainers.image.base.name': 'node:22@sha256:00' });
  expect(manifest.layers).toHaveLength(2);
});

test('the same context gives the same digest, another content another one', async () => {
  const again = await build('again');
  const first = /sha256:\w+/.exec(again.output)![0];
  expect((await build('once-more')).output).toContain(first);
  writeFileSync(join(context, 'server.js'), 'console.log("version 2")');
  expect((await build('two')).output).not.toContain(first);
});

test('a tag does not move in a repository with immutable tags', async () => {
  await docker(['build', '--platform=linux/amd64', '-t', `${registry}/payment-api:one`, context]);
  expect(await push('one')).toMatchObject({
    status: 1,
    output: expect.stringContaining("The image tag 'one' already exists"),
  });
});

test('a deleted tag leaves the image; it goes with its last tag', async () => {
  const image = { repositoryName: 'payment-api' };
  await build('marked');
  await push('marked');
  const { images } = await client.send(new BatchGetImageCommand({ ...image, imageIds: [{ imageTag: 'marked' }] }));
  const { imageManifest, imageId } = images![0]!;
  await client.send(new PutImageCommand({ ...image, imageTag: 'running-dev-marked', imageManifest }));
  const tagsOf = async () => {
    const { imageDetails } = await client.send(new DescribeImagesCommand(image));
    return imageDetails!.find((d) => d.imageDigest === imageId!.imageDigest)?.imageTags;
  };
  const remove = (imageTag: string) => client.send(new BatchDeleteImageCommand({ ...image, imageIds: [{ imageTag }] }));

  expect((await remove('running-dev-marked')).imageIds).toEqual([
    { imageTag: 'running-dev-marked', imageDigest: imageId!.imageDigest },
  ]);
  expect(await tagsOf()).toEqual(['marked']);
  expect((await remove('running-dev-marked')).failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
  await remove('marked');
  expect(await tagsOf()).toBeUndefined();
});

test('an image needs its layers', async () => {
  const missing = { mediaType: 'x', size: 1, digest: `sha256:${'0'.repeat(64)}` };
  const imageManifest = JSON.stringify({ schemaVersion: 2, config: missing, layers: [missing] });
  const put = client.send(new PutImageCommand({ repositoryName: 'payment-api', imageTag: 'none', imageManifest }));
  await expect(put).rejects.toMatchObject({ name: 'LayersNotFoundException' });
});

test.each([
  [`${registry}/payment-api:absent`, 'not found'],
  [`${registry}/absent:one`, 'not found'],
  ['docker.io/library/node:22', 'pulls from ECR only'],
])('%s cannot be pulled', async (reference, why) => {
  await expect(imageFiles(local.cloud, reference)).rejects.toMatchObject({
    code: 'CannotPullContainerError',
    message: expect.stringContaining(why),
  });
});

test.each([
  ['RUN npm ci', 'Dockerfile:6: RUN needs a container engine'],
  ['CMD node server.js', 'write CMD in its exec form'],
  ['COPY --from=build /a /b', 'COPY --from needs a container engine'],
  ['FROM other', 'several stages'],
])('what needs a container engine is refused: %s', async (line, why) => {
  dockerfile(line);
  expect(await build('refused')).toMatchObject({ status: 1, output: expect.stringContaining(why) });
});

test('an unknown command says what there is', () => {
  const ran = spawnSync(join(dockerStandIn(local.cloud), 'docker'), ['compose', 'up'], {
    env: { HOME: directory, PATH: '/usr/bin:/bin' },
  });
  expect(ran.status).toBe(1);
  expect(ran.stderr.toString()).toContain("unknown command 'compose': the docker of a rehearsal knows only");
});

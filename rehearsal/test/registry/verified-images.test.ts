import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { administratorKey } from '../../cloud/identity';
import { dockerStandIn } from '../../cloud/runtime/docker';
import type { Stage } from '../../drills/fault';
import { supplyChain } from '../../drills/faults/supply-chain';
import { local, type Local } from '../core/local';

const account = '111111111111';
const region = 'us-east-1';
const directory = mkdtempSync(join(tmpdir(), 'verified-images-'));
const root = join(__dirname, '../../..');
const context = join(directory, 'images/payment-api');
let here: Local;

beforeAll(async () => {
  here = await local();
  const env = here.cloud.environment(account, region);
  const key = { KeyId: 'key', Arn: env.arn('kms', 'key/key'), KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
  env.put({ type: 'AWS::KMS::Key', id: 'key', seed: 'x', properties: key, model: key });
  const model = {
    RepositoryName: 'payment-api',
    ImageTagMutability: 'IMMUTABLE',
    ImageScanningConfiguration: { ScanOnPush: true },
  };
  env.put({ type: 'AWS::ECR::Repository', id: 'payment-api', seed: 'x', properties: model, model });
  for (const folder of [context, join(directory, 'sbom')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(context, 'server.js'), 'console.log("pay")');
  const dockerfile = `FROM node:22@sha256:${'0'.repeat(64)}\nWORKDIR /app\nCOPY server.js ./\nCMD ["node", "server.js"]\n`;
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  writeFileSync(join(directory, 'sbom/payment-api.json'), '{"bomFormat":"CycloneDX"}');
});
afterAll(async () => {
  await here.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a step's program as a build does: a process, in the artifact's folder. The cloud answers from this very process. */
async function step(program: string) {
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), join(root, 'pipeline/programs', `${program}.ts`)],
    {
      cwd: directory,
      env: {
        HOME: directory,
        PATH: `${dockerStandIn(here.cloud)}:/usr/bin:/bin`,
        ...{ AWS_ENDPOINT_URL: here.cloud.endpoint, AWS_REGION: region },
        ...{ AWS_ACCESS_KEY_ID: administratorKey(account), AWS_SECRET_ACCESS_KEY: 'local' },
        ...{ SIGNING_KEY_ARN: 'key', BUILT_IMAGES: 'built-images/images.json', PIPELINE_ARN: 'arn:pipeline' },
        ...{ REPOSITORY: 'https://github.com/o/n', COMMIT_ID: 'c', PIPELINE_EXECUTION_ID: 'e', POLL_SECONDS: '0.1' },
      },
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, said };
}

test('what is built, signed and attested may be delivered; with each fault it may not, and without it again', async () => {
  expect(await step('images')).toMatchObject({ code: 0, said: expect.stringMatching(/ built$/m) });
  expect(await step('attest')).toMatchObject({ code: 0, said: expect.stringMatching(/ is signed$/m) });
  expect(await step('verify-images')).toMatchObject({ code: 0 });
  const tooling = here.cloud.environment(account, region);
  for (const { name, seed, caughtBy } of supplyChain) {
    const undo = await seed({ tooling } as Stage);
    const { code, said } = await step('verify-images');
    expect([name, code]).toEqual([name, 1]);
    expect(said).toMatch('says' in caughtBy ? caughtBy.says : /never/);
    await undo();
    expect([name, (await step('verify-images')).code]).toEqual([name, 0]);
  }
}, 60_000);

test('what is there and signed is not built again; what has lost its signature is, and is signed', async () => {
  expect(await step('images')).toMatchObject({ code: 0, said: expect.stringMatching(/ present$/m) });
  const undo = await supplyChain
    .find(({ name }) => name === 'unsigned-digest')!
    .seed({
      tooling: here.cloud.environment(account, region),
    } as Stage);
  expect(undo).toBeDefined();
  expect((await step('images')).said).toMatch(
    /is not signed: nobody knows who pushed it. It loses its tag[^]* built$/m,
  );
  expect((await step('attest')).code).toBe(0);
  expect((await step('verify-images')).code).toBe(0);
}, 60_000);

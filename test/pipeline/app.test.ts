import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowsPlaceholders, main, synthesize } from '../../pipeline/app';
import { copyBuild } from '../../pipeline/built';
import { readConfiguration } from '../../stages/configuration';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { buildFolder, synthesizedAnew, temporaryFolder } from './support';

const configuration = readConfiguration();

/** Content of every file below a folder, by its path. */
const filesIn = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );

test('two synths of one commit are byte-identical', () => {
  const build = buildFolder();
  const [first, second] = ['once', 'twice'].map(() => filesIn(synthesizedAnew({ build }).directory));
  expect(Object.keys(first!)).toEqual(
    expect.arrayContaining(['/payment-delivery.template.json', '/images/payment-api/server.js']),
  );
  expect(second).toEqual(first);
  expect(JSON.parse(first!['/exceptions.json']!)).toEqual({ dev: [], staging: [], prod: [] });
});

test("a change of a service's code changes nothing of the pipeline, but its task definition", () => {
  const [before, after] = ['one', 'two'].map((server) => synthesizedAnew({ build: buildFolder(server) }));
  expect(after!.getStackByName('payment-delivery').template).toEqual(
    before!.getStackByName('payment-delivery').template,
  );
  const service = 'payment-payment-api-dev';
  const [was, is] = [before!, after!].map((a) =>
    JSON.stringify(a.getNestedAssembly('assembly-payment-delivery-dev').getStackByName(service).template),
  );
  expect(is).not.toEqual(was);
});

test("the assembly has the programs, the SBOMs, and the build contexts of the system's services only", () => {
  const outdir = temporaryFolder();
  const build = buildFolder();
  expect(readdirSync(join(build, 'images'))).toContain('payment-processor');
  copyBuild(paymentPlatform, build, outdir);
  writeFileSync(join(outdir, 'programs', 'former.js'), '');
  copyBuild(paymentPlatform, build, outdir);
  expect(readdirSync(join(outdir, 'programs'))).toEqual(['images.js']);
  expect(readdirSync(outdir)).not.toContain('sbom');
  mkdirSync(join(build, 'sbom'));
  writeFileSync(join(build, 'sbom', 'payment-api.json'), '{}');
  copyBuild(paymentPlatform, build, outdir);
  expect(readdirSync(join(outdir, 'sbom'))).toEqual(['payment-api.json']);
  expect(readdirSync(join(outdir, 'images'))).toEqual([
    'fraud-detection',
    'notification-service',
    'payment-api',
    'transaction-processor',
  ]);
});

test('an unknown system is an error that lists the known ones', () => {
  expect(() => synthesizedAnew({ context: { system: 'nope' } })).toThrow(
    "There is no system 'nope'. Known systems: payment-platform, ecs-payments, payment-processor, multi-tier",
  );
});

test('with accounts of its own, and another system than the configured one, the Synth step asks for that system', () => {
  const { tooling, environments } = configuration;
  const own = { ...tooling, account: '210987654321' };
  const other = {
    ...configuration,
    system: 'another-system',
    tooling: own,
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, e]) => {
        const certificateArns = e.certificateArns.map((arn) => arn.replace(e.account, own.account));
        return [name, { ...e, ...own, certificateArns }];
      }),
    ),
  };
  const asked = { system: 'payment-platform', placeholders: 'refused' };
  const { template } = synthesizedAnew({ configuration: other, context: asked }).getStackByName('payment-delivery');
  expect(JSON.stringify(template)).toContain('npx cdk synth -c system=payment-platform');
});

test('a system that no environment takes is an error that says where to name it', () => {
  const kept = Object.entries(configuration.environments).map(([name, e]) => [name, { ...e, system: 'ecs-payments' }]);
  const other = { ...configuration, environments: Object.fromEntries(kept) };
  expect(() => synthesizedAnew({ configuration: other, context: { system: 'payment-processor' } })).toThrow(
    "Every environment in configuration.json is kept for another system than 'payment-processor'",
  );
});

test.each(['images/payment-api', 'programs'])('without %s the error says how to build', (part) => {
  const build = buildFolder();
  rmSync(join(build, part), { recursive: true });
  const read = () =>
    part === 'programs' ? copyBuild(paymentPlatform, build, temporaryFolder()) : synthesizedAnew({ build });
  expect(read).toThrow(`${join(build, part)} is missing: run 'npm run build' first`);
});

describe('placeholder accounts', () => {
  test('are an error that names the entries of configuration.json', () => {
    expect(() => synthesizedAnew({ context: { placeholders: 'refused' } })).toThrow(
      'configuration.json still has placeholder accounts: tooling, dev, staging, prod',
    );
  });

  test.each<[boolean, unknown, string | undefined]>([
    [true, 'allowed', undefined],
    [true, undefined, 'http://127.0.0.1:4566'],
    [true, undefined, 'http://localhost:4566'],
    [true, undefined, 'http://[::1]:4566'],
    [false, undefined, 'https://sts.us-east-1.amazonaws.com'],
    [false, undefined, undefined],
  ])('are allowed (%s) where %j is asked for and the endpoint is %s', (expected, asked, AWS_ENDPOINT_URL) => {
    expect(allowsPlaceholders(asked, { AWS_ENDPOINT_URL })).toBe(expected);
  });
});

test('without options it reads configuration.json and build/', () => {
  const build = jest.requireActual<typeof import('../../pipeline/built')>('../../pipeline/built');
  const asked = jest.spyOn(build, 'imagesOf').mockImplementation(() => {
    throw new Error('far enough');
  });
  expect(() => synthesize()).toThrow('far enough');
  expect(asked).toHaveBeenCalledWith(expect.anything(), join(__dirname, '..', '..', 'build'));
  asked.mockRestore();
});

describe('the command', () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => {});
  afterEach(() => {
    said.mockClear();
    process.exitCode = 0;
  });

  test('says what a person has to put right, without a stack', () => {
    const wrong = () => synthesize({ context: { system: 'nope' } });
    main(wrong);
    expect(said.mock.calls).toEqual([
      ["There is no system 'nope'. Known systems: payment-platform, ecs-payments, payment-processor, multi-tier"],
    ]);
    expect(process.exitCode).toBe(1);
  });

  test('keeps the stack of what is unexpected', () => {
    const broken = new TypeError('x is not a function');
    main(() => {
      throw broken;
    });
    expect(said.mock.calls).toEqual([[broken]]);
    expect(process.exitCode).toBe(1);
  });
});

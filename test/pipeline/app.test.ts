import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../pipeline/app';
import { readConfiguration } from '../../stages/configuration';
import { buildFolder, stagesIn, synthesized, temporaryFolder } from './support';

const configuration = readConfiguration();
const templateOf = (options: Parameters<typeof synthesized>[0] = {}) =>
  synthesized(options).getStackByName('payment-delivery').template;

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
  const [first, second] = ['once', 'twice'].map(() => filesIn(synthesized({ build }).directory));
  expect(Object.keys(first!)).toContain('/payment-delivery.template.json');
  expect(second).toEqual(first);
});

test("a change of a service's code changes nothing of the pipeline, but its task definition", () => {
  const [before, after] = ['one', 'two'].map((server) => synthesized({ build: buildFolder(server) }));
  expect(after!.getStackByName('payment-delivery').template).toEqual(
    before!.getStackByName('payment-delivery').template,
  );
  const service = 'payment-payment-api-dev';
  const [was, is] = [before!, after!].map((a) =>
    JSON.stringify(a.getNestedAssembly('assembly-payment-delivery-dev').getStackByName(service).template),
  );
  expect(is).not.toEqual(was);
});

test("the assembly has the programs, and the build contexts of the system's services only", () => {
  const outdir = temporaryFolder();
  synthesized({ outdir });
  writeFileSync(join(outdir, 'programs', 'former.js'), '');
  synthesized({ outdir });
  expect(readdirSync(join(outdir, 'programs'))).toEqual(['images.js']);
  expect(readdirSync(join(outdir, 'images'))).toEqual(['fraud-detection', 'payment-api']);
});

test('an unknown system is an error that lists the known ones', () => {
  expect(() => synthesized({ context: { system: 'nope' } })).toThrow(
    "There is no system 'nope'. Known systems: payment-platform",
  );
});

test('a system that is asked for, and is not the configured one, is asked for in the Synth step too', () => {
  const other = { ...configuration, system: 'another-system' };
  const asked = templateOf({ configuration: other, context: { system: 'payment-platform' } });
  expect(JSON.stringify(asked)).toContain('npx cdk synth -c system=payment-platform');
  expect(JSON.stringify(templateOf())).not.toContain('cdk synth -c system');
});

test.each(['images/payment-api', 'programs'])('without %s the error says how to build', (part) => {
  const build = buildFolder();
  rmSync(join(build, part), { recursive: true });
  expect(() => synthesized({ build })).toThrow(`${join(build, part)} is missing: run 'npm run build' first`);
});

describe('placeholder accounts', () => {
  const refused = (options: Parameters<typeof synthesized>[0]) => {
    const context = { placeholders: 'refused' };
    return () => synthesized({ context, ...options });
  };

  test('are an error that names the entries of configuration.json', () => {
    const message = 'configuration.json still has placeholder accounts: tooling, dev, staging, prod';
    expect(refused({})).toThrow(message);
    expect(refused({ variables: { AWS_ENDPOINT_URL: 'https://sts.us-east-1.amazonaws.com' } })).toThrow(message);
  });

  test.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566'])(
    'are allowed where the endpoint is %s, a local cloud',
    (endpoint) => expect(refused({ variables: { AWS_ENDPOINT_URL: endpoint } })).not.toThrow(),
  );

  test('are no error where every entry has an account', () => {
    const { tooling, environments } = configuration;
    const own = (place: typeof tooling, i: number) => ({ ...place, account: `21098765432${i}` });
    const real = {
      ...configuration,
      tooling: own(tooling, 0),
      environments: Object.fromEntries(
        Object.entries(environments).map(([name, place], i) => [name, { ...place, ...own(place, i + 1) }]),
      ),
    };
    expect(refused({ configuration: real })).not.toThrow();
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

test('every stage is delivered in the order of the environments', () => {
  expect([...stagesIn(templateOf()).keys()]).toEqual([
    ...['Source', 'Build', 'UpdatePipeline', 'Verify'],
    ...['dev', 'staging', 'prod'],
  ]);
});

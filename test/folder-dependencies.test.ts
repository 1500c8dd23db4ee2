import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(__dirname, '..');

/** What each folder may import beside itself, and no more. 'stages as data' leaves out its constructs. */
const allowed: Record<string, string[]> = {
  'aws-facts': [],
  declarations: [],
  stacks: ['declarations'],
  stages: ['declarations', 'stacks', 'configuration.json'],
  promotion: ['declarations', 'stages as data'],
  'integration-tests': ['declarations', 'stages as data', 'promotion'],
  pipeline: ['declarations', 'stages', 'promotion'],
  services: [],
  rehearsal: ['aws-facts'],
};

/** Files of stages/ that hold data: they know no construct. */
const stagesAsData = ['stages/configuration', 'stages/environments', 'stages/systems'];

/** Imports of a file: paths from the root, and names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\b(?:import|require)\(\s*)['"]([^'"]+)['"]/g)].map(
    ([, name]) => name!,
  );
  return names.map((name) => (name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name));
}

/** TypeScript files below a folder, but its tests: paths from the root. */
function filesOf(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(node_modules|test)\//.test(file))
    .map((file) => join(folder, file));
}

function mayImport(folder: string, target: string): boolean {
  const [top] = target.split(sep);
  if (top === folder || allowed[folder]!.includes(top!)) return true;
  return allowed[folder]!.includes('stages as data') && stagesAsData.some((data) => target.startsWith(data));
}

describe.each(Object.keys(allowed))('%s/', (folder) => {
  const files = filesOf(folder);

  test('imports what it may', () => {
    const own = [...Object.keys(allowed), 'configuration.json', 'test', 'scripts'];
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => own.includes(target.split(sep)[0]!) && !mayImport(folder, target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

test('every folder has files to look at', () => {
  const empty = ['declarations', 'stacks', 'stages', 'promotion', 'pipeline', 'services', 'rehearsal'].filter(
    (folder) => filesOf(folder).length === 0,
  );
  expect(empty).toEqual([]);
});

test('what runs outside synthesis knows nothing of the CDK', () => {
  const outside = [
    'declarations',
    'promotion',
    'integration-tests',
    'services',
    'pipeline/programs',
    'pipeline/github',
  ].flatMap(filesOf);
  const wrong = [
    ...outside,
    ...stagesAsData.flatMap((data) => filesOf('stages').filter((file) => file.startsWith(data))),
  ].filter((file) => importsOf(file).some((target) => /^(aws-cdk-lib|constructs)\b/.test(target)));
  expect(wrong).toEqual([]);
});

test('decisions are functions of plain values: of an SDK they know the types only', () => {
  const wrong = filesOf('promotion/decisions').flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^import (?!type )[^;]* from '([^'.][^']*)'/gm)]
      .map(([, name]) => name!)
      .filter((name) => name !== 'node:crypto')
      .map((name) => `${file} imports ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('each service stands alone, beside what all share', () => {
  const wrong = filesOf('services').flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('services/'))
      .filter((target) => ![file.split(sep)[1], 'shared'].includes(target.split(sep)[1]))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

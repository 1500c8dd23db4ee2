import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { imageTag } from '../../declarations/image';
import { build } from '../../scripts/build';
import { systems } from '../../stages/systems';

const root = resolve(__dirname, '../..');
const temporary = mkdtempSync(join(tmpdir(), 'build-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A second checkout: everything that is built, elsewhere. */
function checkout(...path: string[]): string {
  const copy = join(temporary, ...path);
  mkdirSync(copy, { recursive: true });
  for (const folder of [
    'declarations',
    'stages',
    'pipeline',
    'promotion',
    'integration-tests',
    'scripts',
    'services',
  ]) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
  for (const file of ['configuration.json', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const filesIn = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(directory, file)).isFile())
      .sort()
      .map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
  );

describe('two builds in two directories', () => {
  const one = checkout('one');
  const two = checkout('two', 'deeper', 'down');
  build(one);
  build(two);

  test('give the same bytes', () => {
    const [first, second] = [filesIn(join(one, 'build')), filesIn(join(two, 'build'))];
    expect(Object.keys(first)).toEqual([
      'images/fraud-detection/Dockerfile',
      'images/fraud-detection/server.js',
      'images/notification-service/Dockerfile',
      'images/notification-service/server.js',
      'images/payment-api/Dockerfile',
      'images/payment-api/server.js',
      'images/payment-processor/Dockerfile',
      'images/payment-processor/server.js',
      'images/transaction-processor/Dockerfile',
      'images/transaction-processor/server.js',
      'programs/attest.js',
      'programs/change-guard.js',
      'programs/changes.js',
      'programs/commit-check.js',
      'programs/images.js',
      'programs/keep-images.js',
      'programs/live-checks.js',
      'programs/outputs.js',
      'programs/promotion.js',
      'programs/protect.js',
      'programs/verify-images.js',
    ]);
    expect(Object.keys(second)).toEqual(Object.keys(first));
    for (const [file, content] of Object.entries(first)) expect([file, content === second[file]]).toEqual([file, true]);
  });

  test('name no folder of the machine', () => {
    for (const content of Object.values(filesIn(join(one, 'build')))) {
      expect(content.includes(temporary)).toBe(false);
      expect(content.includes(root)).toBe(false);
    }
  });

  test('change what depends on a changed file, and touch nothing else', () => {
    const before = filesIn(join(two, 'build'));
    const tag = imageTag(join(two, 'build/images/payment-api'));
    const untouched = statSync(join(two, 'build/images/fraud-detection/server.js')).mtimeMs;
    const source = join(two, 'services/payment-api/src/merchant-notice.ts');
    writeFileSync(source, readFileSync(source, 'utf8').replace("'webhook'", "'email'"));
    writeFileSync(join(two, 'build/programs/left-over.js'), '');
    build(two);
    const after = filesIn(join(two, 'build'));
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(changed).toEqual(['images/payment-api/server.js']);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(imageTag(join(two, 'build/images/payment-api'))).not.toBe(tag);
    expect(statSync(join(two, 'build/images/fraud-detection/server.js')).mtimeMs).toBe(untouched);
  });
});

test('there is an image for every service of every system', () => {
  const images = readdirSync(join(temporary, 'one/build/images'));
  for (const system of systems) expect(images).toEqual(expect.arrayContaining(system.services.map((s) => s.name)));
});

test('a program whose source is missing is an error', () => {
  const copy = checkout('three');
  rmSync(join(copy, 'promotion/cli.ts'));
  expect(() => build(copy)).toThrow('promotion/cli.ts');
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageTag } from '../../declarations/image';

const directories: string[] = [];
afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true })));

function directoryOf(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'context-'));
  directories.push(directory);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), content);
  }
  return directory;
}

test('the same files give the same tag, of 16 hexadecimal digits, in whatever order, mode and time they were written', () => {
  const one = directoryOf({ Dockerfile: 'FROM x', 'lib/b.js': 'b', 'lib/a.js': 'a' });
  const two = directoryOf({ 'lib/a.js': 'a', 'lib/b.js': 'b', Dockerfile: 'FROM x' });
  chmodSync(join(two, 'Dockerfile'), 0o755);
  utimesSync(join(two, 'Dockerfile'), 0, 0);
  expect(imageTag(one)).toMatch(/^content-[0-9a-f]{16}$/);
  expect(imageTag(two)).toBe(imageTag(one));
});

test.each([
  ['another content', { Dockerfile: 'FROM y', a: 'bc' }],
  ['another name', { Dockerfile: 'FROM x', b: 'bc' }],
  ['one file more', { Dockerfile: 'FROM x', a: 'bc', empty: '' }],
  ['a character that moves from content to name', { Dockerfile: 'FROM x', ab: 'c' }],
])('%s gives another tag', (_, files) => {
  expect(imageTag(directoryOf(files))).not.toBe(imageTag(directoryOf({ Dockerfile: 'FROM x', a: 'bc' })));
});

test('an empty or missing directory is an error', () => {
  expect(() => imageTag(directoryOf({}))).toThrow('is empty: there is nothing to build an image from');
  expect(() => imageTag(join(tmpdir(), 'no-such-context'))).toThrow('ENOENT');
});

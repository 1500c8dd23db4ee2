import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contextHash } from '../../declarations/image';

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

test('the same files give the same 16 hexadecimal digits, in whatever order, mode and time they were written', () => {
  const one = directoryOf({ Dockerfile: 'FROM x', 'lib/b.js': 'b', 'lib/a.js': 'a' });
  const two = directoryOf({ 'lib/a.js': 'a', 'lib/b.js': 'b', Dockerfile: 'FROM x' });
  chmodSync(join(two, 'Dockerfile'), 0o755);
  utimesSync(join(two, 'Dockerfile'), 0, 0);
  expect(contextHash(one)).toMatch(/^[0-9a-f]{16}$/);
  expect(contextHash(two)).toBe(contextHash(one));
});

test.each([
  ['another content', { Dockerfile: 'FROM y', a: 'bc' }],
  ['another name', { Dockerfile: 'FROM x', b: 'bc' }],
  ['one file more', { Dockerfile: 'FROM x', a: 'bc', empty: '' }],
  ['a character that moves from content to name', { Dockerfile: 'FROM x', ab: 'c' }],
])('%s gives another tag', (_, files) => {
  expect(contextHash(directoryOf(files))).not.toBe(contextHash(directoryOf({ Dockerfile: 'FROM x', a: 'bc' })));
});

test('an empty or missing directory is an error', () => {
  expect(() => contextHash(directoryOf({}))).toThrow('is empty: there is nothing to build an image from');
  expect(() => contextHash(join(tmpdir(), 'no-such-context'))).toThrow('ENOENT');
});

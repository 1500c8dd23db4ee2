import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../../session/temporary-folder';

let outer: string;
let inner: string;
beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'outer-'));
  inner = join(outer, 'inner');
  mkdirSync(inner);
  for (const folder of [outer, inner]) chmodSync(folder, 0o711);
});
afterEach(() => rmSync(outer, { recursive: true }));

test('a rehearsal gets a folder of its own', () => {
  expect(temporaryFolder(inner, true)).toMatch(/\/inner\/rehearsal-\w+$/);
});

test('root is told which folder keeps its databases out, before anything is written', () => {
  chmodSync(outer, 0o700);
  expect(() => temporaryFolder(inner, true)).toThrow(`chmod o+x ${outer}, or set TMPDIR to another folder`);
  expect(readdirSync(inner)).toEqual([]);
});

test('others run their databases themselves', () => {
  chmodSync(outer, 0o700);
  expect(temporaryFolder(inner, false)).toContain(inner);
});

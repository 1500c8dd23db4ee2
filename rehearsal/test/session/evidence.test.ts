import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../../cloud/state';
import { copyEvidence, evidenceBucket } from '../../session/evidence';

const folder = mkdtempSync(join(tmpdir(), 'copied-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('evidence outlives the cloud as files below its keys, and older files go', () => {
  const cloud = new Cloud(folder);
  const object = { etag: '', modified: new Date() };
  cloud.bucket('kept').set('system/dev/e-1/release-evidence.json', { ...object, body: Buffer.from('{}') });
  const copied = join(folder, 'evidence');
  expect(copyEvidence(cloud, 'kept', copied)).toBe(1);
  expect(readFileSync(join(copied, 'system/dev/e-1/release-evidence.json'), 'utf8')).toBe('{}');
  expect(copyEvidence(cloud, 'none', copied)).toBe(0);
  expect(existsSync(copied)).toBe(false);
});

test('a pipeline without evidence has no bucket', () => {
  expect(evidenceBucket(new Cloud(folder).environment('111111111111', 'us-east-1'), 'other')).toBeUndefined();
});

import { GetObjectCommand } from '@aws-sdk/client-s3';
import { EvidenceStore } from '../../../promotion/evidence/store';
import { evidenceTarget } from '../../../promotion/evidence/target';
import { checksKey, mockEvidence, step } from './support';

let cloud: ReturnType<typeof mockEvidence>;
let store: EvidenceStore;
beforeEach(() => {
  cloud = mockEvidence();
  store = new EvidenceStore(step().clients.toolingS3, 'evidence');
});
afterEach(() => cloud.restore());
const fails = (name: string) => cloud.s3.on(GetObjectCommand).rejects(Object.assign(new Error('why'), { name }));

test('what is kept is found and read; a browser shows it, whatever its kind', async () => {
  const kinds = [
    ['release-evidence.json', 'application/json; charset=utf-8'],
    ['checks.xml', 'application/xml; charset=utf-8'],
    ['changes.md', 'text/plain; charset=utf-8'],
  ] as const;
  for (const [key, type] of kinds) {
    await store.put(`a.b/${key}`, key);
    expect([await store.find(`a.b/${key}`), await store.get(`a.b/${key}`)]).toEqual([key, key]);
    expect(cloud.types.get(`a.b/${key}`)).toBe(type);
  }
});

test.each(['NoSuchKey', 'AccessDenied'])('what S3 answers with %s is not found, and cannot be read', async (name) => {
  fails(name);
  expect(await store.find(checksKey)).toBeUndefined();
  await expect(store.get(checksKey)).rejects.toThrow(`s3://evidence/${checksKey} cannot be read: ${name}, why`);
});

test('whoever may not read does not learn whether it is there', async () => {
  const message = 'User: a is not authorized to perform: s3:GetObject on resource: "b"';
  cloud.s3.on(GetObjectCommand).rejects(Object.assign(new Error(message), { name: 'AccessDenied' }));
  await expect(store.find(checksKey)).rejects.toThrow(
    `s3://evidence/${checksKey} cannot be read: AccessDenied, ${message}`,
  );
});

test.each(['SlowDown', 'NoSuchKeyOfKms', 'KMS.AccessDenied'])('%s does not tell whether it is there', async (name) => {
  fails(name);
  await expect(store.find(checksKey)).rejects.toThrow(`s3://evidence/${checksKey} cannot be read: ${name}, why`);
});

test('an answer without a body is an error', async () => {
  cloud.s3.on(GetObjectCommand).resolves({});
  await expect(store.find(checksKey)).rejects.toThrow(`s3://evidence/${checksKey} cannot be read`);
});

describe('a step of the pipeline', () => {
  const variables = { EVIDENCE_BUCKET: 'b', PIPELINE: 'p', PIPELINE_EXECUTION_ID: 'e', PREVIOUS_STAGE: 'dev' };

  test('says where evidence is kept, or nothing of it', () => {
    expect(evidenceTarget(variables)).toEqual({ bucket: 'b', pipeline: 'p', execution: 'e', previous: 'dev' });
    expect(evidenceTarget({})).toBeUndefined();
  });

  test.each(['PIPELINE', 'PIPELINE_EXECUTION_ID'])('does not leave out %s', (name) => {
    expect(() => evidenceTarget({ ...variables, [name]: undefined })).toThrow(
      'EVIDENCE_BUCKET is set without PIPELINE and PIPELINE_EXECUTION_ID: the pipeline sets all three',
    );
  });
});

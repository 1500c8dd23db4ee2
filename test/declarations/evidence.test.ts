import {
  breakGlassKey,
  type Evidence,
  evidenceKey,
  evidencePrefix,
  promotedKey,
  readEvidence,
  writeEvidence,
} from '../../declarations/evidence';
import { promotedEvidence } from './evidence-support';

test('what is written is read as it was, and is a document that a person can read', () => {
  const text = writeEvidence(promotedEvidence);
  expect(readEvidence(text, 'prod')).toEqual(promotedEvidence);
  expect(text).toMatch(/^\{\n {2}"schema": 1,\n[^]*\}\n$/);
});

test.each<[string, object, string[]]>([
  ['another schema', { schema: 2 }, ['schema', 'expected 1']],
  [
    'no digest',
    { services: [{ ...promotedEvidence.services[0], digest: 'latest' }] },
    ['services[0].digest', "'sha256:…'"],
  ],
  ['a time without zone', { written: '2026-01-01' }, ['written', 'datetime']],
  ['an unknown field', { approvedBy: 'me' }, ['approvedBy']],
  ['refused without a reason', { outcome: 'refused' }, ['refusal', 'has a reason']],
  ['promoted with one', { refusal: { step: 'live-checks', reasons: ['x'] } }, ['refusal', 'nothing else has one']],
])('%s is an error that names the file and the field', (_, change, told) => {
  const wrong = { ...promotedEvidence, ...change };
  for (const text of told) {
    expect(() => readEvidence(JSON.stringify(wrong), 's3://bucket/file')).toThrow(text);
    expect(() => readEvidence(JSON.stringify(wrong), 's3://bucket/file')).toThrow('s3://bucket/file');
    expect(() => writeEvidence(wrong as Evidence)).toThrow(text);
  }
});

test('of a release that serves again it tells who went back, why, and from where', () => {
  const rollback = { by: 'arn:aws:iam::111111111111:role/on-duty', reason: 'errors', from: 'one' };
  const text = writeEvidence({ ...promotedEvidence, rollback });
  expect(readEvidence(text, 'prod').rollback).toEqual(rollback);
  const silent = { ...promotedEvidence, rollback: { ...rollback, reason: '' } };
  expect(() => writeEvidence(silent)).toThrow('rollback.reason');
});

test('what is no JSON says so', () => {
  expect(() => readEvidence('<html>', 's3://bucket/file')).toThrow('s3://bucket/file is no JSON');
});

test('keys of a stage have its prefix in common, and no other stage has it', () => {
  const keys = [
    evidenceKey('multi-tier', 'prod', 'id', 'checks.xml'),
    promotedKey('multi-tier', 'prod'),
    breakGlassKey('multi-tier', 'prod', 'id'),
  ];
  expect(keys).toEqual([
    'multi-tier/prod/id/checks.xml',
    'multi-tier/prod/promoted.json',
    'multi-tier/prod/id/break-glass.json',
  ]);
  expect(keys.every((key) => key.startsWith(evidencePrefix('multi-tier', 'prod')))).toBe(true);
  expect(promotedKey('multi-tier', 'prod2').startsWith(evidencePrefix('multi-tier', 'prod'))).toBe(false);
});

import { generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  envelopeMediaType,
  payloadMediaType,
  signatureAnnotation,
  signedPayload,
} from '../../../pipeline/supply-chain/artifact';
import { envelope, preAuthenticationEncoding } from '../../../pipeline/supply-chain/dsse';
import { baseImages, contents, provenance } from '../../../pipeline/supply-chain/statements';
import { objections } from '../../../pipeline/supply-chain/verify';

const [digest, other] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];
const image = '111111111111.dkr.ecr.us-east-1.amazonaws.com/payment-api';
const [ours, theirs] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const isSigned = (bytes: Buffer, signature: Buffer) => verify('sha256', bytes, ours!.publicKey, signature);
const dockerfile = `FROM public.example/node:22@sha256:${'c'.repeat(64)}\nCOPY server.js ./`;
const built = {
  ...{ image, digest, service: 'payment-api', tag: '0123456789abcdef', dockerfile },
  ...{ repository: 'https://github.com/o/n', commit: 'd'.repeat(40), execution: 'e', finished: '2026-11-27T00:00:00Z' },
  builder: 'arn:aws:codepipeline:us-east-1:111111111111:payment-delivery',
};
const wanted = { service: built.service, tag: built.tag, digest, builder: built.builder };

const signature = (of = digest, { privateKey } = ours!) => {
  const content = signedPayload(image, of);
  const annotations = { [signatureAnnotation]: sign('sha256', content, privateKey).toString('base64') };
  return { mediaType: payloadMediaType, content, annotations };
};
const attestation = async (statement: unknown, { privateKey } = ours!) => ({
  mediaType: envelopeMediaType,
  content: await envelope(statement, async (bytes) => sign('sha256', bytes, privateKey)),
  annotations: {},
});
const attested = (about = built, pair = ours!) =>
  Promise.all([provenance(about), contents(about, {})].map((statement) => attestation(statement, pair)));

test('what is signed and attested may be delivered', async () => {
  expect(objections(wanted, [signature()], await attested(), isSigned)).toEqual([]);
});

test('one of several signatures is enough', async () => {
  expect(objections(wanted, [signature(digest, theirs), signature()], await attested(), isSigned)).toEqual([]);
});

test.each([
  ['none', []],
  ["somebody else's", [signature(digest, theirs)]],
  ['one without its annotation', [{ ...signature(), annotations: {} }]],
  ['one of another media type', [{ ...signature(), mediaType: 'text/plain' }]],
])('with %s it is not signed', async (_, signatures) => {
  expect(objections(wanted, signatures, await attested(), isSigned)).toEqual([
    `payment-api: ${digest} is not signed with the key of the pipeline`,
  ]);
});

test("another image's signature and attestations are told", async () => {
  const found = objections({ ...wanted, digest: other }, [signature()], await attested(), isSigned);
  expect(found).toEqual([
    `payment-api: ${other} is not what was signed: the signature is of ${digest}`,
    `payment-api: ${other} is not what was attested: https://slsa.dev/provenance/v1 is about ${digest}`,
    `payment-api: ${other} is not what was attested: https://cyclonedx.org/bom is about ${digest}`,
  ]);
});

test.each([
  ['nothing', []],
  ["somebody else's", attested(built, theirs)],
  ['no envelopes', attested().then((layers) => layers.map((layer) => ({ ...layer, content: Buffer.from('{}') })))],
  [
    'of another media type',
    attested().then((layers) => layers.map((layer) => ({ ...layer, mediaType: 'text/plain' }))),
  ],
])('attestations that are %s do not count', async (_, layers) => {
  expect(objections(wanted, [signature()], await layers, isSigned)).toEqual([
    `payment-api: ${digest} has no signed attestation of the type https://slsa.dev/provenance/v1`,
    `payment-api: ${digest} has no signed attestation of the type https://cyclonedx.org/bom`,
  ]);
});

test.each([
  [{ builder: 'arn:other' }, `was built by arn:other, not by ${built.builder}`],
  [{ tag: 'fedc' }, 'was built from payment-api fedc, and payment-api 0123456789abcdef is to be delivered'],
  [{ service: 'else' }, 'was built from else 0123456789abcdef, and payment-api 0123456789abcdef is to be delivered'],
])('provenance with %o is refused', async (wrong, why) => {
  const layers = await attested({ ...built, ...wrong });
  expect(objections(wanted, [signature()], layers, isSigned)).toEqual([`payment-api: ${digest} ${why}`]);
});

test('what DSSE signs is as its specification has it', () => {
  // secure-systems-lab/dsse, protocol.md, "Test vectors".
  expect(preAuthenticationEncoding(Buffer.from('hello world'), 'http://example.com/HelloWorld').toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});

test('provenance names commit and base image', () => {
  expect(provenance(built).predicate.buildDefinition.resolvedDependencies).toEqual([
    { uri: 'git+https://github.com/o/n', digest: { gitCommit: built.commit } },
    { uri: `docker://public.example/node:22@sha256:${'c'.repeat(64)}`, digest: { sha256: 'c'.repeat(64) } },
  ]);
});

test('a base image without a digest is an error', () => {
  expect(() => baseImages('FROM --platform=linux/amd64 node:22')).toThrow(
    'The base image node:22 is not named by digest: write FROM node:22@sha256:…',
  );
});

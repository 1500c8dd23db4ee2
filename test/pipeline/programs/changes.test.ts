import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { writeEvidence } from '../../../declarations/evidence';
import { imageTag } from '../../../declarations/image';
import { changes } from '../../../pipeline/programs/changes';
import { run } from '../../../pipeline/programs/program';
import { digestOf, promotedEvidence } from '../../declarations/evidence-support';
import { artifactFolder } from '../support';

const cloudFormation = mockClient(CloudFormationClient);
const s3 = mockClient(S3Client);
const template = (name: string) => ({
  Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: name } } },
});

let directory: string;
let lines: string[];
let objects: Map<string, string>;
const key = (stage: string, file: string) => `payment-platform/${stage}/${file}`;
const variables = {
  ...{ STAGE: 'prod', SYSTEM: 'payment-platform', STAGE_REGION: 'us-east-1', STACKS: 'payment-access-prod' },
  ...{ EVIDENCE_BUCKET: 'kept', PIPELINE_EXECUTION_ID: 'e-1', COMMIT_ID: 'c0ffee', PREVIOUS_STAGE: 'staging' },
};
const call = (more: NodeJS.ProcessEnv = {}) => ({
  args: [],
  variables: { ...variables, ...more },
  directory,
  say: (line: string) => void lines.push(line),
});

beforeEach(() => {
  directory = artifactFolder();
  lines = [];
  objects = new Map();
  const assembly = join(directory, 'assembly-payment-delivery-prod');
  mkdirSync(assembly);
  mkdirSync(join(directory, 'assembly-empty'));
  writeFileSync(join(directory, 'assembly-empty', 'manifest.json'), '{}');
  const artifacts = {
    tree: { type: 'cdk:tree' },
    access: {
      type: 'aws:cloudformation:stack',
      properties: { stackName: 'payment-access-prod', templateFile: 'a.json' },
    },
  };
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(assembly, 'a.json'), JSON.stringify(template('new')));
  cloudFormation.reset();
  s3.reset();
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(template('old')) });
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const text = objects.get(Key);
    if (text === undefined) throw new NoSuchKey({ message: 'none', $metadata: {} });
    return { Body: { transformToString: async () => text } };
  });
});
afterAll(() => [cloudFormation, s3].forEach((client) => client.restore()));

const told = () => s3.commandCalls(PutObjectCommand)[0]!.args[0].input;

test('what would change is kept beside the evidence, and left for the approval', async () => {
  const [api] = promotedEvidence.services;
  const before = { ...api!, tag: 'before' };
  const gone = { ...before, name: 'gone', digest: null };
  objects.set(key('prod', 'promoted.json'), writeEvidence({ ...promotedEvidence, services: [before, gone] }));
  objects.set(key('staging', 'e-1/release-evidence.json'), writeEvidence(promotedEvidence));
  const IMAGE_DIGESTS = `payment-api@${digestOf('b')} other@${digestOf('c')}`;
  expect(await run(changes, call({ IMAGE_DIGESTS }))).toBe(0);
  const tag = imageTag(join(directory, 'images', 'payment-api'));
  expect(told()).toMatchObject({ Bucket: 'kept', Key: key('prod', 'e-1/changes.md') });
  expect(told().Body).toContain(`payment-api  before sha256:aaaaaaaaaaaa → ${tag} sha256:bbbbbbbbbbbb`);
  expect(told().Body).toContain('    ~ Topic (AWS::SNS::Topic)');
  expect(lines.join('\n')).toBe(told().Body);
  expect(readFileSync(join(directory, 'changes.txt'), 'utf8')).toContain(
    'staging: promoted, 1 of 1 checks passed, evidence s3://kept/payment-platform/staging/e-1/release-evidence.json.',
  );
});

test('a first delivery has no templates and no evidence to compare with', async () => {
  cloudFormation.on(GetTemplateCommand).rejects(new Error('Stack with id payment-access-prod does not exist'));
  expect(await run(changes, call({ PREVIOUS_STAGE: undefined }))).toBe(0);
  expect(told().Body).toContain('payment-access-prod: new, 1 resources');
  expect(told().Body).toContain('No promotion is on record.');
});

test('a stack whose only change set was never executed has no template yet', async () => {
  cloudFormation.on(GetTemplateCommand).resolves({});
  expect(await run(changes, call())).toBe(0);
  expect(told().Body).toContain('payment-access-prod: new');
});

test('evidence without a digest is told as such', async () => {
  const services = promotedEvidence.services.map((service) => ({ ...service, digest: null }));
  objects.set(key('prod', 'promoted.json'), writeEvidence({ ...promotedEvidence, services }));
  expect(await run(changes, call())).toBe(0);
  expect(told().Body).toContain('0123456789abcdef digest not told →');
});

test.each<[string, () => void, NodeJS.ProcessEnv, string]>([
  [
    'another answer of CloudFormation',
    () => cloudFormation.on(GetTemplateCommand).rejects(new Error('Throttled')),
    {},
    'Throttled',
  ],
  ['a stack that was not synthesized', () => {}, { STACKS: 'other' }, 'has no stack other'],
  ['a missing variable', () => {}, { STACKS: undefined }, 'STACKS is missing'],
])('%s fails the step', async (_, prepare, more, message) => {
  prepare();
  expect(await run(changes, call(more))).not.toBe(0);
  expect(lines.join('\n')).toContain(message);
});

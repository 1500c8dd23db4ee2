import {
  CloudFormationClient,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  ECRClient,
  ImageAlreadyExistsException,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { join } from 'node:path';
import { contextHash } from '../../../declarations/image';
import { protect } from '../../../pipeline/programs/protect';
import { artifactFolder } from '../support';
import { runWork } from './support';

const ecr = mockClient(ECRClient);
const cloudFormation = mockClient(CloudFormationClient);
const directory = artifactFolder();
const tag = contextHash(join(directory, 'images', 'payment-api'));
const image = { imageManifest: '{}', imageManifestMediaType: 'application/json' };
const variables = { STAGE: 'prod', RETAIN_DATA: 'true', STAGE_REGION: 'us-east-1', STACKS: 'network platform' };

beforeEach(() => {
  ecr.reset();
  cloudFormation.reset();
  ecr.on(BatchGetImageCommand).resolves({ images: [image] });
});

test('where data is retained, every stack is protected against deletion, and what it holds against replacement', async () => {
  const { code, said } = await runWork(protect, { variables, directory });
  expect(code).toBe(0);
  expect(said).toContain('platform is protected');
  const protectedStacks = cloudFormation
    .commandCalls(UpdateTerminationProtectionCommand)
    .map(({ args: [{ input }] }) => input);
  expect(protectedStacks).toEqual([
    { StackName: 'network', EnableTerminationProtection: true },
    { StackName: 'platform', EnableTerminationProtection: true },
  ]);
  const [{ input }] = cloudFormation.commandCalls(SetStackPolicyCommand)[0]!.args;
  const [allow, deny] = JSON.parse(input.StackPolicyBody!).Statement;
  expect(allow).toMatchObject({ Effect: 'Allow', Action: 'Update:*' });
  expect(deny).toMatchObject({ Effect: 'Deny', Action: ['Update:Replace', 'Update:Delete'] });
  expect(deny.Condition.StringEquals.ResourceType).toEqual(
    expect.arrayContaining(['AWS::Logs::LogGroup', 'AWS::EC2::VPC']),
  );
});

test('elsewhere no stack is protected, and it says so', async () => {
  const { code, said } = await runWork(protect, { variables: { ...variables, RETAIN_DATA: 'false' }, directory });
  expect(code).toBe(0);
  expect(said).toContain('prod retains no data: its stacks are not protected.');
  expect(cloudFormation.calls()).toHaveLength(0);
});

describe('images', () => {
  const elsewhere = { variables: { ...variables, RETAIN_DATA: 'false' }, directory };

  test('what runs is marked, and what ran before is not any more', async () => {
    ecr
      .on(ListImagesCommand)
      .resolvesOnce({
        imageIds: [{ imageTag: 'running-prod-former' }, { imageTag: 'running-staging-former' }],
        nextToken: 'x',
      })
      .resolves({
        imageIds: [{ imageTag: `running-prod-${tag}` }, { imageTag: 'former' }, { imageDigest: 'sha256:1' }],
      });
    await runWork(protect, elsewhere);
    expect(ecr.commandCalls(PutImageCommand)[0]!.args[0].input).toEqual({
      repositoryName: 'payment-api',
      imageTag: `running-prod-${tag}`,
      ...image,
    });
    const removed = ecr.commandCalls(BatchDeleteImageCommand).map(({ args: [{ input }] }) => input.imageIds);
    expect(removed).toEqual([[{ imageTag: 'running-prod-former' }]]);
  });

  test('what is marked already stays so', async () => {
    ecr.on(PutImageCommand).rejects(new ImageAlreadyExistsException({ message: 'there', $metadata: {} }));
    ecr.on(ListImagesCommand).resolves({});
    expect((await runWork(protect, elsewhere)).said).toContain(`payment-api ${tag} is kept while prod runs it.`);
  });

  test('a mark that cannot be taken away only keeps an image for longer', async () => {
    ecr.on(ListImagesCommand).rejects(new Error('Throttled'));
    const { code, said } = await runWork(protect, elsewhere);
    expect(code).toBe(0);
    expect(said).toContain('payment-api: what ran before stays marked as running. Throttled');
  });

  test('an image that cannot be marked fails the step', async () => {
    ecr.on(PutImageCommand).rejects(new Error('AccessDenied'));
    expect(await runWork(protect, elsewhere)).toEqual({ code: 1, said: 'Error: AccessDenied' });
  });

  test.each([{}, { images: [] }])('so does one that is gone', async (answer) => {
    ecr.on(BatchGetImageCommand).resolves(answer);
    const { code, said } = await runWork(protect, elsewhere);
    expect([code, said]).toEqual([1, `Error: Repository payment-api has no image ${tag}, which prod runs`]);
  });
});

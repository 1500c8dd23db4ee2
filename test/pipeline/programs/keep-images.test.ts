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
import { imageTag } from '../../../declarations/image';
import { keepImages } from '../../../pipeline/programs/keep-images';
import { artifactFolder } from '../support';
import { runWork } from './support';

const ecr = mockClient(ECRClient);
const directory = artifactFolder();
const tag = imageTag(join(directory, 'images', 'payment-api'));
const image = { imageManifest: '{}', imageManifestMediaType: 'application/json' };
const call = { variables: { STAGE: 'prod' }, directory };

beforeEach(() => {
  ecr.reset();
  ecr.on(BatchGetImageCommand).resolves({ images: [image] });
});

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
  await runWork(keepImages, call);
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
  expect((await runWork(keepImages, call)).said).toContain(`payment-api ${tag} is kept while prod runs it.`);
});

test('a mark that cannot be taken away only keeps an image for longer', async () => {
  ecr.on(ListImagesCommand).rejects(new Error('Throttled'));
  const { code, said } = await runWork(keepImages, call);
  expect(code).toBe(0);
  expect(said).toContain('payment-api: what ran before stays marked as running. Throttled');
});

test('an image that cannot be marked fails the step', async () => {
  ecr.on(PutImageCommand).rejects(new Error('AccessDenied'));
  expect(await runWork(keepImages, call)).toEqual({ code: 1, said: 'Error: AccessDenied' });
});

test.each([{}, { images: [] }])('so does one that is gone', async (answer) => {
  ecr.on(BatchGetImageCommand).resolves(answer);
  const { code, said } = await runWork(keepImages, call);
  expect([code, said]).toEqual([1, `Error: Repository payment-api has no image ${tag}, which prod runs`]);
});

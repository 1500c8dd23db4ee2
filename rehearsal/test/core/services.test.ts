import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { publishedMessages } from '../../cloud/services/sns';
import { local, type Local } from './local';

const account = '111111111111';
const template = {
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'things', VersioningConfiguration: { Status: 'Enabled' } },
    },
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/app/made', Type: 'String', Value: 'by a stack' } },
    Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/log', TargetKeyId: { Ref: 'Key' } } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms', DisplayName: 'Alarms' } },
    Mail: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'a@b' },
    },
  },
};

let here: Local;
let config: ReturnType<Local['administrator']>;
beforeAll(async () => {
  here = await local();
  config = here.administrator(account);
  const client = new CloudFormationClient(config);
  await client.send(new CreateStackCommand({ StackName: 'things', TemplateBody: JSON.stringify(template) }));
});
afterAll(() => here.stop());

test('S3 keeps objects in buckets that stacks made, and has no others', async () => {
  const client = new s3.S3Client(config);
  const send = (key: string) => client.send(new s3.PutObjectCommand({ Bucket: 'things', Key: key, Body: key }));
  for (const key of ['a/1', 'a/2', 'a/b/3', 'c']) await send(key);
  const list = (more: object) => client.send(new s3.ListObjectsV2Command({ Bucket: 'things', ...more }));
  expect((await list({ Prefix: 'a/' })).Contents!.map((o) => o.Key)).toEqual(['a/1', 'a/2', 'a/b/3']);
  const folder = await list({ Prefix: 'a/', Delimiter: '/' });
  expect([folder.Contents!.map((o) => o.Key), folder.CommonPrefixes]).toEqual([['a/1', 'a/2'], [{ Prefix: 'a/b/' }]]);
  const page = await list({ MaxKeys: 3 });
  expect(page.IsTruncated).toBe(true);
  expect((await list({ ContinuationToken: page.NextContinuationToken })).Contents!.map((o) => o.Key)).toEqual(['c']);

  await client.send(
    new s3.DeleteObjectsCommand({ Bucket: 'things', Delete: { Objects: [{ Key: 'a/1' }, { Key: 'c' }] } }),
  );
  await client.send(new s3.DeleteObjectCommand({ Bucket: 'things', Key: 'a/2' }));
  expect((await list({})).Contents!.map((o) => o.Key)).toEqual(['a/b/3']);
  expect((await client.send(new s3.GetBucketVersioningCommand({ Bucket: 'things' }))).Status).toBe('Enabled');
  const other = new s3.PutObjectCommand({ Bucket: 'nobodys', Key: 'x', Body: 'x' });
  await expect(client.send(other)).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
});

test('S3 deletes a bucket once it is empty', async () => {
  const client = new s3.S3Client(config);
  const cloudFormation = new CloudFormationClient(config);
  const TemplateBody = JSON.stringify({
    Resources: { Kept: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'kept' } } },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'kept', TemplateBody }));
  await client.send(new s3.PutObjectCommand({ Bucket: 'kept', Key: 'log', Body: 'x' }));
  const remove = () => client.send(new s3.DeleteBucketCommand({ Bucket: 'kept' }));
  await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  await client.send(new s3.DeleteObjectCommand({ Bucket: 'kept', Key: 'log' }));
  await remove();
  await expect(client.send(new s3.HeadBucketCommand({ Bucket: 'kept' }))).rejects.toMatchObject({ name: 'NotFound' });
});

test('SSM puts, gets and deletes parameters, and shows those of stacks', async () => {
  const client = new ssm.SSMClient(config);
  const get = async (Name: string) => (await client.send(new ssm.GetParameterCommand({ Name }))).Parameter!;
  const made = await get('/app/made');
  expect(made).toMatchObject({
    Value: 'by a stack',
    Version: 1,
    ARN: `arn:aws:ssm:us-east-1:${account}:parameter/app/made`,
  });
  const put = (more: object) =>
    client.send(new ssm.PutParameterCommand({ Name: '/app/deep/put', Value: 'one', ...more }));
  await expect(put({})).rejects.toMatchObject({ name: 'ValidationException' });
  expect((await put({ Type: 'String' })).Version).toBe(1);
  await expect(put({ Type: 'String' })).rejects.toBeInstanceOf(ssm.ParameterAlreadyExists);
  expect((await put({ Value: 'two', Overwrite: true })).Version).toBe(2);
  expect(await get(`arn:aws:ssm:us-east-1:${account}:parameter/app/deep/put`)).toMatchObject({
    Value: 'two',
    Version: 2,
  });

  const names = async (Recursive: boolean) => {
    const found = await client.send(new ssm.GetParametersByPathCommand({ Path: '/app', Recursive }));
    return found.Parameters!.map((parameter) => parameter.Name);
  };
  expect(await names(false)).toEqual(['/app/made']);
  expect(await names(true)).toEqual(['/app/made', '/app/deep/put']);
  const several = await client.send(new ssm.GetParametersCommand({ Names: ['/app/made', '/nothing'] }));
  expect([several.Parameters!.length, several.InvalidParameters]).toEqual([1, ['/nothing']]);
  await client.send(new ssm.DeleteParameterCommand({ Name: '/app/deep/put' }));
  await expect(get('/app/deep/put')).rejects.toBeInstanceOf(ssm.ParameterNotFound);
});

test('KMS shows a key by id, ARN and alias', async () => {
  const client = new KMSClient(config);
  const [key] = here.cloud.environment(account, 'us-east-1').list('AWS::KMS::Key');
  for (const KeyId of [key!.id, key!.model.Arn, 'alias/log']) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeyId: key!.id, Arn: key!.model.Arn, Enabled: true });
  }
  expect((await client.send(new GetKeyRotationStatusCommand({ KeyId: key!.id }))).KeyRotationEnabled).toBe(true);
  await expect(client.send(new DescribeKeyCommand({ KeyId: 'alias/no' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('SNS shows topics and subscriptions, and remembers what is published', async () => {
  const client = new SNSClient(config);
  const TopicArn = `arn:aws:sns:us-east-1:${account}:alarms`;
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ TopicArn, Owner: account, DisplayName: 'Alarms', SubscriptionsConfirmed: '1' });
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([{ TopicArn, Protocol: 'email', Endpoint: 'a@b' }]);
  const { MessageId } = await client.send(new PublishCommand({ TopicArn, Message: 'hello' }));
  const messages = publishedMessages(here.cloud.environment(account, 'us-east-1'));
  expect(messages.get(MessageId!)).toMatchObject({ topicArn: TopicArn, message: 'hello' });
  const absent = new PublishCommand({ TopicArn: `${TopicArn}s`, Message: 'hello' });
  await expect(client.send(absent)).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('accounts and regions are apart', async () => {
  const elsewhere = [here.administrator('222222222222'), here.administrator(account, 'eu-west-1')];
  for (const other of elsewhere) {
    const get = new ssm.GetParameterCommand({ Name: '/app/made' });
    await expect(new ssm.SSMClient(other).send(get)).rejects.toBeInstanceOf(ssm.ParameterNotFound);
  }
});

test('what a stack made goes with it', async () => {
  const client = new CloudFormationClient(config);
  const objects = new s3.S3Client(config);
  await client.send(new DeleteStackCommand({ StackName: 'things' }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'things' }));
  expect(Stacks![0]).toMatchObject({
    StackStatus: 'DELETE_FAILED',
    StackStatusReason: expect.stringContaining('[Bucket]'),
  });
  const { Versions = [], DeleteMarkers = [] } = await objects.send(
    new s3.ListObjectVersionsCommand({ Bucket: 'things' }),
  );
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  await objects.send(new s3.DeleteObjectsCommand({ Bucket: 'things', Delete: { Objects } }));
  await client.send(new DeleteStackCommand({ StackName: 'things' }));
  expect(here.cloud.environment(account, 'us-east-1').list()).toEqual([]);
  await expect(client.send(new DescribeStacksCommand({ StackName: 'things' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id things does not exist',
  });
});

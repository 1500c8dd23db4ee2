import * as cfn from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { Readable } from 'node:stream';
import { demoCloud, when } from './demo-cloud';

let demo: Awaited<ReturnType<typeof demoCloud>>;
beforeAll(async () => {
  demo = await demoCloud();
});
afterAll(() => demo.stop());

describe('awsJson (ECS, CloudWatch Logs)', () => {
  test('reads inputs and writes outputs', async () => {
    const client = new ecs.ECSClient(demo.config);
    const found = await client.send(new ecs.DescribeServicesCommand({ cluster: 'main', services: ['web', 'gone'] }));
    expect(found.services![0]).toEqual({
      serviceName: 'web',
      desiredCount: 2,
      createdAt: when,
      enableExecuteCommand: false,
      tags: [{ key: 'env', value: 'dev ünïcode' }],
    });
    expect(found.failures).toEqual([{ arn: 'arn:gone', reason: 'MISSING' }]);
    const containerDefinitions = [
      { name: 'c', logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': 'g' } } },
    ];
    const made = await client.send(new ecs.RegisterTaskDefinitionCommand({ family: 'f', containerDefinitions }));
    expect(made.taskDefinition!.containerDefinitions).toEqual(containerDefinitions);
  });

  test('errors arrive as the classes of the SDK', async () => {
    const client = new ecs.ECSClient(demo.config);
    const error = await client.send(new ecs.DescribeServicesCommand({ cluster: 'x', services: ['a'] })).catch((e) => e);
    expect(error).toBeInstanceOf(ecs.ClusterNotFoundException);
    expect([error.message, error.$metadata.httpStatusCode]).toEqual(['Cluster not found.', 400]);
    const events = new logs.CloudWatchLogsClient(demo.config);
    const wanted = new logs.FilterLogEventsCommand({ logGroupName: 'nope' });
    await expect(events.send(wanted)).rejects.toBeInstanceOf(logs.ResourceNotFoundException);
  });

  test('an absent required member is refused before the handler', async () => {
    const client = new ecs.ECSClient(demo.config);
    await expect(client.send(new ecs.DescribeServicesCommand({} as never))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Value null at 'services' failed to satisfy constraint"),
    });
  });
});

test('awsJson 1.0 and CBOR (CloudWatch)', async () => {
  const cbor = { ...demo.config, protocol: AwsSmithyRpcV2CborProtocol as never };
  for (const config of [demo.config, cbor]) {
    const client = new cloudwatch.CloudWatchClient(config);
    const { MetricAlarms } = await client.send(new cloudwatch.DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([{ AlarmName: 'a', StateUpdatedTimestamp: when, Threshold: 1.5 }]);
    const set = new cloudwatch.SetAlarmStateCommand({ AlarmName: 'x', StateValue: 'OK', StateReason: '' });
    await expect(client.send(set)).rejects.toBeInstanceOf(cloudwatch.ResourceNotFound);
  }
});

describe('awsQuery (CloudFormation, Elastic Load Balancing, SNS)', () => {
  test('structures, lists and escaped text', async () => {
    const client = new elb.ElasticLoadBalancingV2Client(demo.config);
    const Targets = [{ Id: 'a', Port: 1 }, { Id: 'b' }];
    const asked = { TargetGroupArn: 'arn:tg', Targets, Include: ['All' as const] };
    const { TargetHealthDescriptions: found } = await client.send(new elb.DescribeTargetHealthCommand(asked));
    expect(found!.map((d) => d.Target)).toEqual(Targets);
    expect(found![0]!.TargetHealth!.Description).toBe('<&"All>');
    expect((await client.send(new elb.DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  });

  test('maps', async () => {
    const client = new sns.SNSClient(demo.config);
    const { Attributes } = await client.send(new sns.GetTopicAttributesCommand({ TopicArn: 't' }));
    expect(Attributes).toEqual({ TopicArn: 't', DisplayName: 'x & y' });
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const message = { TopicArn: 't', Message: 'm', MessageAttributes: { 'a.b': text('1'), c: text('2') } };
    expect((await client.send(new sns.PublishCommand(message))).MessageId).toBe('a.b=1,c=2');
  });

  test('timestamps, empty lists, and errors with and without a class', async () => {
    const client = new cfn.CloudFormationClient(demo.config);
    const { Stacks } = await client.send(new cfn.DescribeStacksCommand({ StackName: 's' }));
    expect(Stacks![0]).toMatchObject({ CreationTime: when, Outputs: [{ OutputValue: 'http://x/?a=1&b=2' }], Tags: [] });
    await expect(client.send(new cfn.DescribeStacksCommand({ StackName: 'nope' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id nope does not exist',
      $metadata: { httpStatusCode: 400 },
    });
    await client.send(new cfn.DeleteStackCommand({ StackName: 's' }));
    const health = new elb.DescribeTargetHealthCommand({ TargetGroupArn: 'x' });
    const balancer = new elb.ElasticLoadBalancingV2Client(demo.config);
    await expect(balancer.send(health)).rejects.toBeInstanceOf(elb.TargetGroupNotFoundException);
  });
});

test('ec2Query (EC2)', async () => {
  const client = new ec2.EC2Client(demo.config);
  const Filters = [
    { Name: 'tag:a.b', Values: ['x', 'y'] },
    { Name: 'state', Values: ['z'] },
  ];
  const { Vpcs } = await client.send(new ec2.DescribeVpcsCommand({ Filters }));
  expect(Vpcs).toEqual([
    {
      VpcId: 'vpc-1',
      IsDefault: false,
      Tags: [
        { Key: 'tag:a.b', Value: 'x|y' },
        { Key: 'state', Value: 'z' },
      ],
    },
  ]);
  const { Reservations } = await client.send(new ec2.DescribeInstancesCommand({}));
  expect(Reservations![0]!.Instances).toEqual([{ InstanceId: 'i-1', LaunchTime: when }]);
  await expect(client.send(new ec2.DescribeVpcsCommand({ VpcIds: ['vpc-gone'] }))).rejects.toMatchObject({
    name: 'InvalidVpcID.NotFound',
    message: "The vpc ID 'vpc-gone' does not exist",
  });
});

test('restJson (Lambda)', async () => {
  const client = new lambda.LambdaClient(demo.config);
  const Payload = Buffer.from('{"a":1}');
  const asked = { FunctionName: 'probe', InvocationType: 'RequestResponse' as const, Payload };
  const answer = await client.send(new lambda.InvokeCommand(asked));
  expect(Buffer.from(answer.Payload!).toString()).toBe('RequestResponse {"a":1}');
  expect([answer.StatusCode, answer.ExecutedVersion]).toEqual([200, '$LATEST']);
  const configuration = await client.send(new lambda.GetFunctionConfigurationCommand({ FunctionName: 'probe' }));
  expect(configuration).toMatchObject({
    FunctionName: 'probe',
    MemorySize: 128,
    Environment: { Variables: { A: 'b' } },
  });
  const nope = new lambda.InvokeCommand({ FunctionName: 'nope' });
  await expect(client.send(nope)).rejects.toBeInstanceOf(lambda.ResourceNotFoundException);
});

describe('restXml (S3)', () => {
  const object = { Bucket: 'b', Key: 'dir/a b+ü.txt' };

  test('objects with metadata, streamed in signed chunks or whole', async () => {
    const client = new s3.S3Client(demo.config);
    const body = { ...object, Body: 'hello', ContentType: 'text/plain', Metadata: { owner: 'me' } };
    expect((await client.send(new s3.PutObjectCommand(body))).ETag).toBe('"etag"');
    const found = await client.send(new s3.GetObjectCommand(object));
    expect(await found.Body!.transformToString()).toBe('hello');
    expect(found).toMatchObject({ ContentLength: 5, ContentType: 'text/plain', Metadata: { owner: 'me' } });
    expect(found.LastModified!.toISOString()).toBe('2026-01-02T03:04:05.000Z');
    const stream = Readable.from([Buffer.alloc(40000, 'x'), Buffer.alloc(30000, 'y')]);
    await client.send(new s3.PutObjectCommand({ ...object, Body: stream, ContentLength: 70000 }));
    const large = await (await client.send(new s3.GetObjectCommand(object))).Body!.transformToByteArray();
    expect([large.length, large[0], large.at(-1)]).toEqual([70000, 120, 121]);
  });

  test('lists, bulk deletion and multipart operations are told apart', async () => {
    const client = new s3.S3Client(demo.config);
    const listed = await client.send(new s3.ListObjectsV2Command({ Bucket: 'b', Prefix: 'dir/' }));
    expect(listed).toMatchObject({
      Contents: [{ Key: 'a b+ü.txt', Size: 5, LastModified: when }],
      CommonPrefixes: [{ Prefix: 'p/' }],
      IsTruncated: false,
    });
    const Objects = [{ Key: 'a' }, { Key: 'b' }];
    const deleted = await client.send(new s3.DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects } }));
    expect(deleted.Deleted).toEqual(Objects);
    expect((await client.send(new s3.CreateMultipartUploadCommand(object))).UploadId).toBe('u1');
    const part = { ...object, UploadId: 'u1', PartNumber: 3, Body: 'x' };
    expect((await client.send(new s3.UploadPartCommand(part))).ETag).toBe('"p3"');
  });

  test('errors', async () => {
    const client = new s3.S3Client(demo.config);
    const absent = { Bucket: 'b', Key: 'absent' };
    const error = await client.send(new s3.GetObjectCommand(absent)).catch((e) => e);
    expect(error).toBeInstanceOf(s3.NoSuchKey);
    expect(error.$metadata.httpStatusCode).toBe(404);
    await expect(client.send(new s3.HeadObjectCommand(absent))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('what nobody implements', () => {
  test('an operation is refused with its name, recorded and logged', async () => {
    demo.calls.length = demo.lines.length = 0;
    await expect(new ecs.ECSClient(demo.config).send(new ecs.ListTasksCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The local cloud does not implement ecs:ListTasks.',
      $metadata: { httpStatusCode: 501 },
    });
    expect(demo.calls).toEqual([
      {
        time: expect.any(Date),
        service: 'ecs',
        operation: 'ListTasks',
        account: '111111111111',
        region: 'eu-west-1',
        principalArn: 'arn:aws:iam::111111111111:user/demo',
        error: 'NotImplemented',
      },
    ]);
    expect(demo.lines).toEqual(['ecs ListTasks: NotImplemented: The local cloud does not implement ecs:ListTasks.']);
  });

  test('a service is refused and logged', async () => {
    demo.lines.length = 0;
    const asked = new sts.STSClient(demo.config).send(new sts.GetCallerIdentityCommand({}));
    await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
    expect(demo.lines).toEqual(['no service answers sts POST /']);
  });
});

import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as cfn from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from '../../cloud/wire/call';
import { wireServer } from '../../cloud/wire/server';
import { AwsError, service } from '../../cloud/wire/service';

export const when = new Date('2026-01-02T03:04:05.678Z');
const $metadata = {};
const objects = new Map<string, { body: Buffer; type?: string; metadata?: Record<string, string> }>();

/** Handlers that exercise each wire format: lists, maps, timestamps, blobs, flattened members, errors with and without a class. */
const services = [
  service(ecs)({
    DescribeServices({ cluster, services: names = [] }) {
      if (cluster !== 'main') throw new ecs.ClusterNotFoundException({ message: 'Cluster not found.', $metadata });
      const found = names.filter((name) => name !== 'gone');
      return {
        services: found.map((serviceName) => ({
          serviceName,
          desiredCount: 2,
          createdAt: when,
          enableExecuteCommand: false,
          tags: [{ key: 'env', value: 'dev ünïcode' }],
        })),
        failures: names.includes('gone') ? [{ arn: 'arn:gone', reason: 'MISSING' }] : [],
      };
    },
    RegisterTaskDefinition: (input) => ({ taskDefinition: { ...input, revision: 1 } }),
  }),
  service(elb)({
    DescribeTargetHealth({ TargetGroupArn, Targets, Include }) {
      if (!TargetGroupArn!.startsWith('arn:')) {
        throw new elb.TargetGroupNotFoundException({
          message: `Target groups '${TargetGroupArn}' not found`,
          $metadata,
        });
      }
      return {
        TargetHealthDescriptions: Targets!.map((Target) => ({
          Target,
          TargetHealth: { State: 'unhealthy', Description: `<&"${Include?.join()}>` },
        })),
      };
    },
    DescribeLoadBalancers: () => ({ LoadBalancers: [] }),
  }),
  service(cfn)({
    DescribeStacks({ StackName }) {
      if (StackName === 'nope') throw new AwsError('ValidationError', 'Stack with id nope does not exist');
      const Outputs = [{ OutputKey: 'Url', OutputValue: 'http://x/?a=1&b=2' }];
      return { Stacks: [{ StackName, StackStatus: 'UPDATE_COMPLETE', CreationTime: when, Outputs, Tags: [] }] };
    },
    DeleteStack: () => ({}),
  }),
  service(ec2)({
    DescribeVpcs({ Filters = [], VpcIds }) {
      if (VpcIds) throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${VpcIds}' does not exist`);
      const Tags = Filters.map((filter) => ({ Key: filter.Name, Value: filter.Values!.join('|') }));
      return { Vpcs: [{ VpcId: 'vpc-1', IsDefault: false, Tags }] };
    },
    DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1', LaunchTime: when }] }] }),
  }),
  service(logs)({
    FilterLogEvents({ logGroupName }) {
      if (logGroupName === 'nope') throw new logs.ResourceNotFoundException({ message: 'no group', $metadata });
      return { events: [{ timestamp: 1700000000123, message: 'ERROR x' }] };
    },
  }),
  service(cloudwatch)({
    DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'a', StateUpdatedTimestamp: when, Threshold: 1.5 }] }),
    SetAlarmState() {
      throw new cloudwatch.ResourceNotFound({ message: 'no alarm', $metadata });
    },
  }),
  service(sns)({
    GetTopicAttributes: ({ TopicArn }) => ({ Attributes: { TopicArn: TopicArn!, DisplayName: 'x & y' } }),
    Publish: ({ MessageAttributes = {} }) => ({
      MessageId: Object.entries(MessageAttributes)
        .map(([name, value]) => `${name}=${value.StringValue}`)
        .join(),
    }),
  }),
  service(lambda)({
    Invoke: ({ FunctionName, Payload, InvocationType }) => {
      if (FunctionName === 'nope')
        throw new lambda.ResourceNotFoundException({ Message: 'no function', message: 'no function', $metadata });
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: Buffer.from(`${InvocationType} ${String(Payload)}`) as never,
      };
    },
    GetFunctionConfiguration: ({ FunctionName }) => ({
      FunctionName,
      MemorySize: 128,
      Environment: { Variables: { A: 'b' } },
    }),
  }),
  service(s3)({
    PutObject({ Bucket, Key, Body, ContentType, Metadata }) {
      objects.set(`${Bucket}/${Key}`, { body: Body as unknown as Buffer, type: ContentType, metadata: Metadata });
      return { ETag: '"etag"' };
    },
    GetObject({ Bucket, Key }) {
      const found = objects.get(`${Bucket}/${Key}`);
      if (!found) throw new s3.NoSuchKey({ message: 'The specified key does not exist.', $metadata });
      const { body, type, metadata } = found;
      return {
        Body: body as never,
        ContentLength: body.length,
        ContentType: type,
        LastModified: when,
        Metadata: metadata,
      };
    },
    HeadObject: () => {
      throw new AwsError('NotFound', 'Not Found', 404);
    },
    ListObjectsV2: ({ Bucket, Prefix }) => ({
      Name: Bucket,
      Prefix,
      IsTruncated: false,
      Contents: [{ Key: 'a b+ü.txt', Size: 5, LastModified: when }],
      CommonPrefixes: [{ Prefix: 'p/' }],
    }),
    CreateMultipartUpload: ({ Bucket, Key }) => ({ Bucket, Key, UploadId: 'u1' }),
    UploadPart: ({ PartNumber }) => ({ ETag: `"p${PartNumber}"` }),
    DeleteObjects: ({ Delete }) => ({ Deleted: Delete!.Objects!.map(({ Key }) => ({ Key })) }),
  }),
];

/** The handlers behind a server. Anybody is account 111111111111. */
export async function demoCloud() {
  const calls: Call[] = [];
  const lines: string[] = [];
  const server: Server = wireServer({
    services,
    authorize: () => {},
    identify: () => ({ account: '111111111111', principalArn: 'arn:aws:iam::111111111111:user/demo' }),
    record: (call) => calls.push(call),
    log: (line) => lines.push(line),
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const config = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA1111111111110000', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const stop = async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { config, calls, lines, stop };
}

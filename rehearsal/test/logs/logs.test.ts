import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { logs, putLogLine } from '../../cloud/services/logs';
import { call, cloudForTest, make } from '../load-balancer/make';

describe('log groups', () => {
  let test: ReturnType<typeof cloudForTest>;
  let send: ReturnType<typeof call<CloudWatchLogsClient>>;
  beforeEach(async () => {
    test = cloudForTest();
    send = call(test, logs, CloudWatchLogsClient);
    await make(test.env, logs, 'AWS::Logs::LogGroup', { LogGroupName: '/ecs/api-dev', RetentionInDays: 30 });
  });
  afterEach(() => test.end());

  it('takes lines and finds them by time, stream and pattern', async () => {
    putLogLine(test.env, '/ecs/api-dev', 'api/1', '{"level":"info","message":"listening"}', 1000);
    putLogLine(test.env, '/ecs/api-dev', 'api/2', '{"level":"error","message":"no answer"}', 2000);
    const filter = async (more: object) => {
      const { events } = await send(new FilterLogEventsCommand({ logGroupName: '/ecs/api-dev', ...more }));
      return events?.map((e) => e.logStreamName);
    };
    expect(await filter({})).toEqual(['api/1', 'api/2']);
    expect(await filter({ startTime: 1500 })).toEqual(['api/2']);
    expect(await filter({ endTime: 1500 })).toEqual(['api/1']);
    expect(await filter({ logStreamNamePrefix: 'api/2' })).toEqual(['api/2']);
    expect(await filter({ logStreamNames: ['api/1'], filterPattern: 'listening' })).toEqual(['api/1']);
    expect(await filter({ filterPattern: '{ $.level = "error" }' })).toEqual(['api/2']);
    const first = await send(new FilterLogEventsCommand({ logGroupName: '/ecs/api-dev', limit: 1 }));
    expect([first.events?.length, first.nextToken]).toEqual([1, '1']);
  });

  it('describes groups and streams, and pages through a stream', async () => {
    for (const n of [1, 2, 3]) putLogLine(test.env, '/ecs/api-dev', 'api/1', `line ${n}`, n);
    const { logGroups } = await send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/' }));
    expect(logGroups).toEqual([
      expect.objectContaining({ logGroupName: '/ecs/api-dev', retentionInDays: 30, storedBytes: 18 }),
    ]);
    const { logStreams } = await send(
      new DescribeLogStreamsCommand({ logGroupName: '/ecs/api-dev', orderBy: 'LastEventTime' }),
    );
    expect(logStreams).toEqual([expect.objectContaining({ logStreamName: 'api/1', lastEventTimestamp: 3 })]);
    const read = (more: object) =>
      send(new GetLogEventsCommand({ logGroupName: '/ecs/api-dev', logStreamName: 'api/1', limit: 2, ...more }));
    const first = await read({ startFromHead: true });
    const rest = await read({ nextToken: first.nextForwardToken });
    const end = await read({ nextToken: rest.nextForwardToken });
    expect([first, rest, end].map((r) => r.events?.map((e) => e.message))).toEqual([
      ['line 1', 'line 2'],
      ['line 3'],
      [],
    ]);
    expect(end.nextForwardToken).toBe(rest.nextForwardToken);
  });

  it('drops the lines of a log driver whose stream was deleted, until somebody makes it anew', async () => {
    const where = { logGroupName: '/ecs/api-dev', logStreamName: 'api/1' };
    const read = async () => (await send(new GetLogEventsCommand(where))).events!.map((e) => e.message);
    putLogLine(test.env, '/ecs/api-dev', 'api/1', 'before');
    await send(new DeleteLogStreamCommand(where));
    putLogLine(test.env, '/ecs/api-dev', 'api/1', 'dropped');
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(send(new DeleteLogStreamCommand(where))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await send(new CreateLogStreamCommand(where));
    putLogLine(test.env, '/ecs/api-dev', 'api/1', 'after');
    expect(await read()).toEqual(['after']);
  });

  it('refuses a group that does not exist, and a key that its policy keeps from the service', async () => {
    expect(() => putLogLine(test.env, '/none', 's', 'x')).toThrow('The specified log group does not exist.');
    await expect(send(new FilterLogEventsCommand({ logGroupName: '/none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const KmsKeyId = 'arn:aws:kms:us-east-1:111111111111:key/k1';
    test.env.put({
      type: 'AWS::KMS::Key',
      id: 'k1',
      seed: '',
      properties: {},
      model: { KeyPolicy: { Statement: [] } },
    });
    const encrypted = make(test.env, logs, 'AWS::Logs::LogGroup', { LogGroupName: '/encrypted', KmsKeyId });
    await expect(encrypted).rejects.toThrow('The specified KMS key does not exist or is not allowed to be used');
  });
});

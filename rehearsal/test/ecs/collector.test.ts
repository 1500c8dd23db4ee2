import { connect } from 'node:http2';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCollector } from '../../cloud/runtime/collector';
import { streamsOf } from '../../cloud/services/logs/store';
import { Fixture, until } from './fixture';
import { images } from './images-stub';

jest.mock('../../cloud/runtime/images', () => require('./images-stub'));
jest.setTimeout(20_000);

const image = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3';

describe('a task with a collector beside its container', () => {
  /** Sends a batch over HTTP and a segment by UDP, then serves. */
  const traced = `
    const body = JSON.stringify({ resourceSpans: [{
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'api' } }] },
      scopeSpans: [{ spans: [{ traceId: 'aa01' }, { traceId: 'aa01' }] }] }] });
    fetch('http://localhost:4318/v1/traces', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      .then((r) => console.log('traces ' + r.status), (e) => console.log('traces ' + e.cause));
    const udp = require('dgram').createSocket('udp4');
    const segment = '{"format":"json","version":1}\\n' + JSON.stringify({ trace_id: '1-5f-ab', name: 'legacy' });
    udp.send(segment, 2000, '127.0.0.1', () => udp.close());
    require('http').createServer((q, r) => r.end('ok')).listen(8080);`;
  let f: Fixture;
  beforeEach(async () => {
    f = await new Fixture().start();
    const directory = join(f.directory, 'image', 'traced');
    mkdirSync(join(directory, 'app'), { recursive: true });
    writeFileSync(join(directory, 'app', 'server.js'), traced);
    images.set('traced', directory);
  });
  afterEach(() => f.end());

  const log = (prefix: string) => ({
    LogDriver: 'awslogs',
    Options: { 'awslogs-group': '/ecs/api', 'awslogs-stream-prefix': prefix, 'awslogs-region': 'us-east-1' },
  });
  const definition = (others: object[], more: object = {}) => ({
    Family: 'traced',
    ...{ Cpu: '512', Memory: '1024', ...more },
    ContainerDefinitions: [
      { Name: 'api', Image: 'traced', PortMappings: [{ ContainerPort: 8080 }], LogConfiguration: log('api') },
      ...others,
    ],
  });
  const collector = {
    ...{ Name: 'collector', Image: image, Essential: false, Cpu: 32, Memory: 256 },
    HealthCheck: { Command: ['/healthcheck'] },
    LogConfiguration: log('collector'),
  };
  const lines = (prefix: string) =>
    [...streamsOf(f.env, '/ecs/api').values()]
      .filter((s) => s.name.startsWith(`${prefix}/${prefix}/`))
      .flatMap((s) => s.events.map((e) => e.message));

  test('the collector takes what comes to its ports on localhost, and says so in its own stream', async () => {
    const { id } = await f.make('AWS::ECS::TaskDefinition', 'Traced', definition([collector]));
    await f.make('AWS::ECS::Service', 'Service', f.serviceProperties(id, { DesiredCount: 1 }));
    const batches = () => lines('collector').flatMap((l) => (l.includes('"Traces"') ? [JSON.parse(l)] : []));
    await until(() => batches().length === 2 && lines('api').length === 1);
    expect(lines('api')).toEqual(['traces 200']);
    expect(batches().sort((a, b) => b.spans - a.spans)).toMatchObject([
      { receiver: 'otlp/http', spans: 2, 'trace ids': ['aa01'], services: ['api'] },
      { receiver: 'awsxray', spans: 1, 'trace ids': ['1-5f-ab'], services: ['legacy'] },
    ]);
    const { taskArns } = await f.api.ListTasks!({ cluster: 'main' });
    const { tasks } = await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns });
    expect(tasks[0].containers).toMatchObject([
      { name: 'api', lastStatus: 'RUNNING' },
      { name: 'collector', lastStatus: 'RUNNING', healthStatus: 'HEALTHY', image },
    ]);
  });

  test('a container that is not essential ends alone; an essential one takes the task with it', async () => {
    const short = { Name: 'short', Image: 'traced', Essential: false, Command: ['node', '-e', 'process.exit(3)'] };
    const { id } = await f.make('AWS::ECS::TaskDefinition', 'Short', definition([short]));
    await f.make('AWS::ECS::Service', 'Service', f.serviceProperties(id, { DesiredCount: 1 }));
    const { taskArns } = await f.api.ListTasks!({ cluster: 'main' });
    const task = async () => (await f.api.DescribeTasks!({ cluster: 'main', tasks: taskArns })).tasks[0];
    await until(async () => (await task()).containers[1].lastStatus === 'STOPPED');
    expect(await task()).toMatchObject({ lastStatus: 'RUNNING', containers: [{}, { exitCode: 3 }] });

    const ends = await f.make('AWS::ECS::TaskDefinition', 'Ends', {
      ...definition([{ ...short, Name: 'vital', Essential: true }]),
      Family: 'ends',
    });
    const properties = { ...f.serviceProperties(ends.id, { DesiredCount: 1 }), ServiceName: 'ends' };
    void f.make('AWS::ECS::Service', 'Ends', properties).catch(() => {});
    const stopped = () => f.api.ListTasks!({ cluster: 'main', family: 'ends', desiredStatus: 'STOPPED' });
    await until(async () => (await stopped()).taskArns.length > 0);
    const found = await f.api.DescribeTasks!({ cluster: 'main', tasks: (await stopped()).taskArns });
    expect(found.tasks[0].stopCode).toBe('EssentialContainerExited');
  });

  test('containers that do not fit into their task are refused', async () => {
    const make = (more: object, other: object) =>
      f.make('AWS::ECS::TaskDefinition', `Large${Math.random()}`, definition([{ ...collector, ...other }], more));
    await expect(make({ Cpu: '256' }, { Cpu: 257 })).rejects.toThrow(
      "The 'cpu' setting for container 'collector' is greater than for the task.",
    );
    const { ContainerDefinitions } = definition([collector]);
    const both = ContainerDefinitions.map((c) => ({ ...c, Memory: 600 }));
    await expect(
      f.make('AWS::ECS::TaskDefinition', 'Both', { ...definition([]), ContainerDefinitions: both }),
    ).rejects.toThrow(
      "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
    );
  });

  test('a public image that nothing stands for cannot be pulled', async () => {
    const other = { Name: 'proxy', Image: 'public.ecr.aws/nginx/nginx:1.29', Essential: false };
    const { id } = await f.make('AWS::ECS::TaskDefinition', 'Unknown', definition([other]));
    void f.make('AWS::ECS::Service', 'Service', f.serviceProperties(id, { DesiredCount: 1 })).catch(() => {});
    const stopped = () => f.api.ListTasks!({ cluster: 'main', desiredStatus: 'STOPPED' });
    await until(async () => (await stopped()).taskArns.length > 0);
    const { tasks } = await f.api.DescribeTasks!({ cluster: 'main', tasks: (await stopped()).taskArns });
    expect(tasks[0].stoppedReason).toMatch(/^CannotPullContainerError: .*public\.ecr\.aws\/nginx\/nginx:1\.29/);
  });

  test('revisions are deleted once they are INACTIVE', async () => {
    const [first] = [await f.taskDefinition('good'), await f.taskDefinition('good')];
    const active = await f.api.DeleteTaskDefinitions!({ taskDefinitions: [first] });
    expect(active.failures).toMatchObject([{ arn: first, reason: expect.stringContaining('ACTIVE') }]);
    await f.api.DeregisterTaskDefinition!({ taskDefinition: first });
    const gone = await f.api.DeleteTaskDefinitions!({ taskDefinitions: [first] });
    expect(gone).toMatchObject({ failures: [], taskDefinitions: [{ status: 'DELETE_IN_PROGRESS' }] });
    const left = await f.api.ListTaskDefinitions!({ familyPrefix: 'api', status: 'INACTIVE' });
    expect(left.taskDefinitionArns).toEqual([]);
    expect((await f.api.ListTaskDefinitionFamilies!({})).families).toEqual(['api']);
  });
});

test('protocol buffers are counted, over HTTP and gRPC', async () => {
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
  const text = (value: string) => field(1, Buffer.from(value));
  const attribute = field(1, Buffer.concat([text('service.name'), field(2, text('api'))]));
  const span = (id: string) => field(2, field(1, Buffer.from(id, 'hex')));
  const scope = field(2, Buffer.concat([span('aa01'), span('bb02')]));
  const batch = field(1, Buffer.concat([field(1, attribute), scope]));
  const told: string[] = [];
  const collector = await startCollector((line) => told.push(line));
  const url = (port: number) => `http://127.0.0.1:${collector.ports.get(port)}`;
  const post = (path: string, body: Buffer) =>
    fetch(url(4318) + path, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/x-protobuf' },
    });
  expect((await post('/v1/traces', batch)).status).toBe(200);
  expect((await post('/v1/traces', Buffer.from('nothing of the kind'))).status).toBe(400);
  expect((await post('/v2/traces', batch)).status).toBe(404);

  const session = connect(url(4317));
  const request = session.request({
    ...{ ':method': 'POST', ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export' },
    'content-type': 'application/grpc',
  });
  const status = new Promise((done) => request.once('trailers', (t) => done(t['grpc-status'])));
  request.resume().end(Buffer.concat([Buffer.from([0, 0, 0, 0, batch.length]), batch]));
  expect(await status).toBe('0');
  session.close();
  const counted = { spans: 2, 'trace ids': ['aa01', 'bb02'], services: ['api'] };
  expect(told.map((line) => JSON.parse(line))).toMatchObject([
    { ...counted, receiver: 'otlp/http' },
    { ...counted, receiver: 'otlp/grpc' },
  ]);
  await collector.close();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as plainRequest, type RequestListener, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceModule } from '../../cloud/module';
import { addressBook } from '../../cloud/runtime/address-book';
import { Clock } from '../../cloud/runtime/clock';
import { create, update } from '../../cloud/cloudformation/provider';
import { registerResourceTypes } from '../../cloud/cloudformation/resource-types';
import { loadSpecification } from '../../cloud/cloudformation/spec';
import { certificateArn, seedCertificate } from '../../cloud/services/acm';
import { elasticLoadBalancingV2 } from '../../cloud/services/elastic-load-balancing-v2';
import { wireServer } from '../../cloud/wire/server';
import { Cloud, type Environment, type Resource, type Values } from '../../cloud/state';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const naming = (logicalId: string) => ({ stackName: 'test', stackId: 'test', logicalId });

/** Makes a resource as CloudFormation would, without a template. */
export async function make(
  env: Environment,
  module: ServiceModule,
  type: string,
  properties: Values,
): Promise<Resource> {
  await loadSpecification();
  registerResourceTypes(env.cloud, [module]);
  const resource = create(type, properties, naming(type.split('::').pop()!), env);
  try {
    await module.resources?.[type]?.created?.(resource, env, env.cloud.signal);
  } catch (error) {
    env.remove(resource);
    throw error;
  }
  return resource;
}

/** Changes a resource as a template's update would. */
export async function change(env: Environment, module: ServiceModule, before: Resource, properties: Values) {
  const after = update(before, properties, naming(before.type.split('::').pop()!), env);
  await module.resources?.[before.type]?.updated?.(after, before, env, env.cloud.signal);
  return after;
}

export function cloudForTest(speed = 600, leastMinute?: number) {
  const directory = mkdtempSync(join(tmpdir(), 'cloud-test-'));
  const cloud = new Cloud(directory, new Clock(speed, leastMinute));
  const servers: Server[] = [];
  const env = cloud.environment('111111111111', 'us-east-1');
  env.put({
    type: 'AWS::EC2::Subnet',
    id: 'subnet-1',
    seed: '',
    properties: {},
    model: { CidrBlock: '10.0.0.0/24', VpcId: 'vpc-1' },
  });
  return {
    cloud,
    env,
    /** A real server behind a simulated address. */
    async target(ip: string, handle: RequestListener, prepare?: (server: Server) => void): Promise<Server> {
      const server = createServer(handle);
      prepare?.(server);
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      servers.push(server);
      addressBook(env).publish('vpc-1', ip, 8080, (server.address() as AddressInfo).port);
      return server;
    },
    async end() {
      await cloud.stop();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const elb = (name: string) => `AWS::ElasticLoadBalancingV2::${name}`;

/** A load balancer as the platform stack declares it: HTTPS, default 404, one rule that forwards to blue. */
export async function balancerForTest(env: Environment, attributes: Record<string, string> = {}) {
  const arn = certificateArn(env, 'payments.test');
  await seedCertificate(env, arn, 'payments.test');
  const on = (type: string, properties: Values) => make(env, elasticLoadBalancingV2, elb(type), properties);
  const group = (Name: string, more: Values = {}) =>
    on('TargetGroup', {
      ...{ Name, Port: 8080, Protocol: 'HTTP', VpcId: 'vpc-1', TargetType: 'ip', HealthCheckPath: '/health' },
      ...{ HealthCheckIntervalSeconds: 30, HealthyThresholdCount: 3, UnhealthyThresholdCount: 3 },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
      ...more,
    });
  const loadBalancer = await on('LoadBalancer', {
    ...{ Name: 'payment-alb-dev', Subnets: ['subnet-1'], Scheme: 'internet-facing', Type: 'application' },
    LoadBalancerAttributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
  });
  const listener = await on('Listener', {
    ...{ LoadBalancerArn: loadBalancer.id, Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: arn }] },
    DefaultActions: [
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'nothing here' },
      },
    ],
  });
  const blue = await group('api-tg-dev-blue');
  const green = await group('api-tg-dev-green');
  const ruleProperties = {
    ...{ ListenerArn: listener.id, Priority: 10 },
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: blue.id }],
  };
  const rule = await on('ListenerRule', ruleProperties);
  return { loadBalancer, listener, blue, green, rule, ruleProperties, on, group };
}

export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}
export const keepAlive = () => new Agent({ keepAlive: true, rejectUnauthorized: false });

/** One request; rejects when the connection breaks. */
export function ask(
  address: string,
  path: string,
  options: { agent?: Agent; method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { agent, method = 'GET', headers, body } = options;
  const send = address.startsWith('https') ? request : plainRequest;
  return new Promise((done, failed) => {
    const req = send(
      address + path,
      { agent, method, headers, ...(agent ? {} : { rejectUnauthorized: false }) } as object,
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', failed);
        res.on('end', () =>
          done({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: res.headers }),
        );
      },
    );
    req.on('error', failed);
    req.end(body);
  });
}

/** Waits until the condition holds; fails after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what = condition.toString()): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; await new Promise((done) => setTimeout(done, 10)))
    if (await condition()) return;
  throw new Error(`not within 5 s: ${what}`);
}

interface Sender {
  send(command: any): Promise<unknown>;
  destroy(): void;
}

/** The SDK's own client, speaking to the module over HTTP. Ends with the cloud. */
export function call<C extends Sender>(
  { cloud }: { cloud: Cloud },
  module: ServiceModule,
  Client: new (configuration: any) => C,
): C['send'] {
  const server = wireServer({
    services: [module.api!(cloud)],
    authorize: () => {},
    identify: () => ({ account: '111111111111', principalArn: 'arn:aws:iam::111111111111:root' }),
    record: () => {},
    log: () => {},
  });
  const listening = new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = listening.then(
    () =>
      new Client({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        credentials: { accessKeyId: 'AKIA1111111111110000', secretAccessKey: 'any' },
        maxAttempts: 1,
        disableHostPrefix: true,
      }),
  );
  cloud.onStop(async () => {
    (await client).destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return (async (command: any) => (await client).send(command)) as C['send'];
}

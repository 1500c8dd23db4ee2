import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { post, type Started, StartedServices } from './started-services';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
}
const [SERVER, CLIENT] = [2, 3];

const services = new StartedServices();
const received: { service: unknown; version: unknown; span: Span }[] = [];
const types = new Set<string | undefined>();
let collector: Server;
let endpoint: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    types.add(`${request.url} ${request.headers['content-type']}`);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
      };
      for (const { resource, scopeSpans } of resourceSpans) {
        const named = (key: string) => resource.attributes.find((a) => a.key === key)?.value.stringValue;
        for (const span of scopeSpans.flatMap((s) => s.spans))
          received.push({ service: named('service.name'), version: named('service.version'), span });
      }
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await services.end();
  collector.closeAllConnections();
  collector.close();
});

const stop = async ({ process }: Started) => {
  process.signal('SIGTERM');
  expect(await process.exitCode()).toBe(0);
};
const attribute = (span: Span, key: string) => span.attributes.find((a) => a.key === key)?.value;

test('a payment is one trace through both services, sent at the latest when they stop', async () => {
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const fraud = await services.start('fraud-detection', traced);
  const api = await services.start('payment-api', { ...traced, FRAUD_DETECTION_URL: fraud.address });
  const traceparent = `00-${'0af7651916cd43dd8448eb211c80319c'}-b7ad6b7169203331-01`;
  expect((await post(`${api.address}/api/payments/`, { amount: 1, currency: 'EUR' }, { traceparent })).status).toBe(
    201,
  );
  const began = Math.floor(Date.now() / 1000);
  await fetch(`${api.address}/api/payments/4111111111111111`);
  await fetch(`${api.address}/health`);
  await fetch(`${api.address}/api/payments/health`);
  await stop(api);
  await stop(fraud);

  expect([...types]).toEqual(['/v1/traces application/json']);
  expect(received.map(({ service, version, span }) => [service, version, span.name, span.kind]).sort()).toEqual([
    ['fraud-detection', 'v1', 'POST /*', SERVER],
    ['payment-api', 'v1', 'GET /api/payments/{id}', SERVER],
    ['payment-api', 'v1', 'POST /api/payments/', SERVER],
    ['payment-api', 'v1', 'POST /assess', CLIENT],
  ]);
  const spanOf = (name: string) => received.find(({ span }) => span.name === name)!.span;
  const [server, client, called] = [spanOf('POST /api/payments/'), spanOf('POST /assess'), spanOf('POST /*')];
  expect([server.traceId, server.parentSpanId]).toEqual(['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']);
  expect([client.traceId, client.parentSpanId]).toEqual([server.traceId, server.spanId]);
  expect([called.traceId, called.parentSpanId]).toEqual([server.traceId, client.spanId]);
  expect(attribute(server, 'http.response.status_code')).toEqual({ intValue: 201 });

  const fresh = spanOf('GET /api/payments/{id}');
  expect(fresh.parentSpanId).toBeFalsy();
  expect(Number.parseInt(fresh.traceId.slice(0, 8), 16) - began).toBeLessThan(5);
  expect(Number.parseInt(fresh.traceId.slice(0, 8), 16) - began).toBeGreaterThan(-5);
  expect(JSON.stringify(received)).not.toContain('41111111');
  await api.process.logged('request', { traceId: fresh.traceId });
});

test('requests do not notice that the collector is away', async () => {
  const api = await services.start('payment-api', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  const answers = await Promise.all(
    [1, 2, 3].map(() => post(`${api.address}/api/payments/`, { amount: 1, currency: 'EUR' })),
  );
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
  const began = Date.now();
  await stop(api);
  expect(Date.now() - began).toBeLessThan(6000);
}, 15_000);

test('nothing is sent where no collector is named', async () => {
  const before = received.length;
  const api = await services.start('payment-api');
  await post(`${api.address}/api/payments/`, { amount: 1, currency: 'EUR' }, { traceparent: 'wrong' });
  const line = await api.process.logged('request');
  expect(line.traceId).toBeUndefined();
  await stop(api);
  expect(received).toHaveLength(before);
});

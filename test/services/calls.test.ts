import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { bodyOf, post, StartedServices } from './started-services';

const services = new StartedServices();
afterAll(() => services.end());

const order = { amount: 1250, currency: 'EUR' };
const API_SECRET = 'a key of these tests';

describe('signed calls', () => {
  test('are taken from a service with the same key, and from nobody else', async () => {
    const fraud = await services.start('fraud-detection', { API_SECRET: `${API_SECRET}\na key of former times` });
    const FRAUD_DETECTION_URL = fraud.address;
    const decisions = await Promise.all(
      [{ API_SECRET }, { API_SECRET: 'a key of former times' }, { API_SECRET: 'a key of somebody' }, {}].map(
        async (variables: { API_SECRET?: string }) => {
          const api = await services.start('payment-api', { FRAUD_DETECTION_URL, ...variables });
          return (await bodyOf(await post(`${api.address}/api/payments/`, order))).decision;
        },
      ),
    );
    expect(decisions).toEqual(['approve', 'approve', 'review', 'review']);
    const unsigned = await post(`${fraud.address}/assess`, order);
    expect([unsigned.status, (await bodyOf(unsigned)).error!.code]).toEqual([401, 'not_signed']);
    expect((await fetch(`${fraud.address}/health`)).status).toBe(200);
    expect(fraud.process.lines.join('')).not.toMatch(/a key of/);
  });

  test('a service without a key takes calls that are signed', async () => {
    const fraud = await services.start('fraud-detection');
    const api = await services.start('payment-api', { FRAUD_DETECTION_URL: fraud.address, API_SECRET });
    expect((await bodyOf(await post(`${api.address}/api/payments/`, order))).decision).toBe('approve');
  });

  test('a key that is too short is refused, and not told', async () => {
    const line = await services.refused('fraud-detection', { PORT: '8081', API_SECRET: 'short' });
    expect(line.code).toBe(1);
    expect(line.message).toBe('Wrong environment variables: API_SECRET has a key of less than 16 characters');
  });

  test('a secret that was emptied is no missing one: it is refused', async () => {
    const line = await services.refused('fraud-detection', { PORT: '8081', API_SECRET: '\n' });
    expect(line.message).toBe('Wrong environment variables: API_SECRET holds no key');
  });
});

test('a service behind a load balancer is called over HTTPS, with a certificate that is verified', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const directory = mkdtempSync(join(tmpdir(), 'calls-'));
  const NODE_EXTRA_CA_CERTS = join(directory, 'certificate.pem');
  writeFileSync(NODE_EXTRA_CA_CERTS, cert);
  const balancer = createHttpsServer({ key, cert }, (_, response) => {
    response.end('{"decision":"approve","reasons":[]}');
  }).listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  try {
    const FRAUD_DETECTION_URL = `https://localhost:${(balancer.address() as AddressInfo).port}/api/fraud`;
    const decisions = await Promise.all(
      [{ NODE_EXTRA_CA_CERTS }, {}].map(async (trust: { NODE_EXTRA_CA_CERTS?: string }) => {
        const api = await services.start('payment-api', { FRAUD_DETECTION_URL, ...trust });
        return (await bodyOf(await post(`${api.address}/api/payments/`, order))).decision;
      }),
    );
    expect(decisions).toEqual(['approve', 'review']);
  } finally {
    balancer.closeAllConnections();
    balancer.close();
    rmSync(directory, { recursive: true });
  }
});

describe('notices of payments', () => {
  test('each payment is told once', async () => {
    const notification = await services.start('notification-service');
    const api = await services.start('payment-api', { NOTIFICATION_SERVICE_URL: notification.address });
    const key = { 'idempotency-key': 'k' };
    const payment = await bodyOf(await post(`${api.address}/api/payments/`, order, key));
    await notification.process.logged('notification handed over', { channel: 'webhook' });
    await post(`${api.address}/api/payments/`, order, key);
    const other = await bodyOf(await post(`${api.address}/api/payments/`, order));
    await notification.process.logged('request', { status: 202 });
    expect(payment.id).not.toBe(other.id);
    for (const end = Date.now() + 3000; Date.now() < end && handedOver().length < 2;)
      await new Promise((wake) => setTimeout(wake, 10));
    expect(handedOver()).toHaveLength(2);
    function handedOver() {
      return notification.process.lines.filter((line) => line.includes('handed over'));
    }
  });

  test('a payment neither fails nor waits where notification-service is away or silent', async () => {
    const silent: Server = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const port = (silent.address() as AddressInfo).port;
    try {
      const api = await services.start('payment-api', { NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${port}` });
      const began = Date.now();
      expect((await post(`${api.address}/api/payments/`, order)).status).toBe(201);
      expect(Date.now() - began).toBeLessThan(1500);
      expect(
        await api.process.logged('notification-service did not answer: nobody is told', {
          reason: 'no answer within 2000 ms',
        }),
      ).toMatchObject({ level: 'warn' });
    } finally {
      silent.close();
    }
  });
});

describe('payment-api', () => {
  test('without fraud-detection a payment goes to review', async () => {
    const api = await services.start('payment-api');
    const answer = await post(`${api.address}/api/payments/`, order);
    expect([answer.status, await bodyOf(answer)]).toEqual([
      201,
      expect.objectContaining({ decision: 'review', reasons: ['not assessed'] }),
    ]);
  });

  test('stays well while the database is away, and refuses what needs it with 503', async () => {
    const api = await services.start('payment-api', {
      DB_SECRET: '{"username":"u","password":"never logged"}',
      DB_ENDPOINT: '127.0.0.1',
      DB_PORT: '1',
    });
    expect((await fetch(`${api.address}/health`)).status).toBe(200);
    for (const answer of [
      await post(`${api.address}/api/payments/`, order),
      await fetch(`${api.address}/api/payments/x`),
    ])
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    await api.process.logged('database not connected', { code: 'ECONNREFUSED' });
    expect(api.process.lines.join('')).not.toContain('never logged');
  });

  test.each([
    [{ DB_SECRET: '{"username":"u"}' }, 'DB_SECRET is not JSON with a username and a password'],
    [{ DB_SECRET: 'top secret' }, 'DB_SECRET is not JSON with a username and a password'],
    [{ DB_SECRET: '{"username":"u","password":"p"}' }, 'DB_ENDPOINT is not set'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4318'"],
    [{ NOTIFICATION_SERVICE_URL: '' }, "NOTIFICATION_SERVICE_URL is ''"],
  ])('with %j it says what is wrong, and no secret', async (variables: Record<string, string>, message) => {
    const line = await services.refused('payment-api', { PORT: '8080', ...variables });
    expect([line.code, line.level]).toEqual([1, 'error']);
    expect(line.message).toContain(message);
    expect(line.message).not.toContain('top secret');
  });
});

describe('payment-processor', () => {
  test.each(['{"username":"u","password":"never logged"}', 'never logged'])(
    'processes payments by itself, with %s',
    async (DB_SECRET) => {
      const { address, process } = await services.start('payment-processor', { DB_SECRET });
      const answer = await post(`${address}/api/payments/`, order);
      const payment = await bodyOf(answer);
      expect([answer.status, payment.decision]).toEqual([201, 'approve']);
      expect(await (await fetch(`${address}/api/payments/${String(payment.id)}`)).json()).toEqual(payment);
      expect((await bodyOf(await post(`${address}/api/payments/`, { ...order, amount: 1e7 }))).decision).toBe(
        'decline',
      );
      expect((await fetch(`${address}/api/payments/health`)).status).toBe(200);
      await process.logged('DB_SECRET is delivered');
      expect(process.lines.join('')).not.toContain('never logged');
    },
  );

  test.each([
    [{}, 'DB_SECRET is not set'],
    [{ DB_SECRET: '{"username":"u"}' }, 'DB_SECRET is JSON without a username and a password'],
    [{ DB_SECRET: '{top secret' }, 'DB_SECRET is JSON without a username and a password'],
  ])('with %j it says what is wrong', async (variables, message) => {
    const line = await services.refused('payment-processor', { PORT: '8080', ...variables });
    expect([line.code, line.message]).toEqual([1, `Wrong environment variables: ${message}`]);
  });
});

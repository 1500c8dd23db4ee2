import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildServices } from '../../scripts/build';
import { freePort, ServiceProcess } from './service-process';

const build = mkdtempSync(join(tmpdir(), 'services-'));
let api: ServiceProcess;
let fraudDetection: ServiceProcess;
let address: string;

beforeAll(async () => {
  buildServices(resolve(__dirname, '../..'), build);
  const [apiPort, fraudPort] = [await freePort(), await freePort()];
  fraudDetection = new ServiceProcess(build, 'fraud-detection', { PORT: `${fraudPort}`, DRAIN_SECONDS: '0' });
  const FRAUD_DETECTION_URL = `http://127.0.0.1:${fraudPort}`;
  api = new ServiceProcess(build, 'payment-api', { PORT: `${apiPort}`, FRAUD_DETECTION_URL, DRAIN_SECONDS: '0' });
  address = `http://127.0.0.1:${apiPort}`;
  await Promise.all([api.logged('listening'), fraudDetection.logged('listening')]);
});

afterAll(async () => {
  for (const service of [api, fraudDetection]) service.signal('SIGKILL');
  await Promise.all([api.exitCode(), fraudDetection.exitCode()]);
  rmSync(build, { recursive: true });
});

const post = (body: unknown, headers: Record<string, string> = {}, at = address) =>
  fetch(`${at}/api/payments/`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

interface Body {
  id: string;
  decision: string;
  error: { code: string };
}
const bodyOf = async (answer: Response) => (await answer.json()) as Body;

test('a payment is made, judged by fraud-detection, and found again', async () => {
  const answer = await post({ amount: 1250, currency: 'EUR', reference: 'order 7' });
  const payment = await bodyOf(answer);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('x-service-version')).toBe('v1');
  expect(payment).toMatchObject({
    amount: 1250,
    currency: 'EUR',
    reference: 'order 7',
    decision: 'approve',
    reasons: [],
  });
  const found = await fetch(`${address}/api/payments/${payment.id}`);
  expect([found.status, await found.json()]).toEqual([200, payment]);
  expect(await fraudDetection.logged('request')).toMatchObject({ method: 'POST', path: '/assess', status: 200 });
});

test.each([
  [1_000_000, 'review'],
  [10_000_000, 'decline'],
])('an amount of %d is for %s', async (amount, decision) => {
  expect(await (await post({ amount, currency: 'USD' })).json()).toMatchObject({ decision });
});

test('the twenty-first payment of a payer within a minute is for review', async () => {
  const decisions: string[] = [];
  for (let i = 0; i < 21; i++)
    decisions.push((await bodyOf(await post({ amount: 1, currency: 'EUR', payer: 'p1' }))).decision);
  expect(decisions).toEqual([...Array(20).fill('approve'), 'review']);
});

test.each([
  [{ amount: 12.5, currency: 'EUR' }, 'invalid_amount'],
  [{ amount: '1250', currency: 'EUR' }, 'invalid_amount'],
  [{ amount: 0, currency: 'EUR' }, 'invalid_amount'],
  [{ currency: 'EUR' }, 'invalid_amount'],
  [{ amount: 1, currency: 'eur' }, 'invalid_currency'],
  [{ amount: 1 }, 'invalid_currency'],
  [{ amount: 1, currency: 'EUR', reference: 7 }, 'invalid_reference'],
  [[], 'invalid_body'],
  ['{', 'invalid_json'],
  ['', 'invalid_body'],
])('%j is refused: %s', async (body, code) => {
  const answer = await post(body);
  expect([answer.status, (await bodyOf(answer)).error.code]).toEqual([400, code]);
});

test('a body above 64 KiB is refused', async () => {
  expect((await post(' '.repeat(70_000))).status).toBe(413);
});

test('an idempotency key makes one payment, however often it is sent, and no other', async () => {
  const headers = { 'idempotency-key': 'key-1' };
  const order = { amount: 5, currency: 'EUR' };
  const answers = await Promise.all([1, 2, 3].map(() => post(order, headers)));
  const ids = await Promise.all(answers.map(async (answer) => (await bodyOf(answer)).id));
  expect(new Set(ids).size).toBe(1);
  expect(answers.map((a) => a.headers.get('idempotent-replayed')).filter(Boolean)).toHaveLength(2);
  expect((await post({ ...order, amount: 6 }, headers)).status).toBe(422);
  expect((await post(order, { 'idempotency-key': 'k'.repeat(256) })).status).toBe(400);
});

test('what is not there is 404, and a wrong method 405', async () => {
  const statuses = [
    await fetch(`${address}/api/payments/none`),
    await fetch(`${address}/api/refunds/`),
    await fetch(`${address}/api/payments/none`, { method: 'DELETE' }),
    await fetch(`${address}/api/payments/`),
  ].map((answer) => answer.status);
  expect(statuses).toEqual([404, 404, 405, 405]);
});

test('both health paths answer, and only plain /health is not logged', async () => {
  for (const path of ['/health', '/api/payments/health']) {
    const answer = await fetch(address + path);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  }
  await fetch(`${address}/api/payments/last`);
  await api.logged('request', { path: '/api/payments/last' });
  const paths = api.lines.map((line) => JSON.parse(line).path);
  expect(paths).toContain('/api/payments/health');
  expect(paths).not.toContain('/health');
});

test('log lines are JSON with the fields that queries use, and hold no card data', async () => {
  const card = '4111111111111111';
  const before = api.lines.length;
  const answer = await post({ amount: 9, currency: 'EUR', cardNumber: card, cvv: '737' });
  expect(await answer.text()).not.toContain(card);
  await fetch(`${address}/api/payments/${card}?card=${card}`);
  const line = await api.logged('request', { path: '/api/payments/[digits]' });
  expect(line).toMatchObject({ level: 'info', service: 'payment-api', version: 'v1', status: 404 });
  expect(Object.keys(line).slice(0, 3)).toEqual(['time', 'level', 'service']);
  // Times have three digits of their own.
  const told = api.lines.slice(before).map((text) => ({ ...JSON.parse(text), time: '', milliseconds: 0 }));
  expect(told.length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(told)).not.toMatch(/4111|737/);
});

describe('without fraud-detection', () => {
  const started: ServiceProcess[] = [];
  const startAgainst = async (url: string) => {
    const port = await freePort();
    started.push(
      new ServiceProcess(build, 'payment-api', { PORT: `${port}`, FRAUD_DETECTION_URL: url, DRAIN_SECONDS: '0' }),
    );
    await started.at(-1)!.logged('listening');
    return `http://127.0.0.1:${port}`;
  };
  afterEach(async () => {
    for (const service of started) service.signal('SIGKILL');
    await Promise.all(started.splice(0).map((service) => service.exitCode()));
  });

  test('a payment goes to review when nothing listens', async () => {
    const at = await startAgainst(`http://127.0.0.1:${await freePort()}`);
    const answer = await post({ amount: 1, currency: 'EUR' }, {}, at);
    expect([answer.status, (await bodyOf(answer)).decision]).toEqual([201, 'review']);
    expect(await started[0]!.logged('fraud-detection did not answer: payment goes to review')).toMatchObject({
      level: 'warn',
    });
  });

  test.each(['slow', 'broken', 'undecided'])('a payment goes to review when it is %s', async (way) => {
    const broken = createServer((_, response) => {
      if (way === 'broken') response.writeHead(500).end();
      if (way === 'undecided') response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(broken, 'listening');
    try {
      const at = await startAgainst(`http://127.0.0.1:${(broken.address() as AddressInfo).port}`);
      const began = Date.now();
      const answer = await post({ amount: 1, currency: 'EUR' }, {}, at);
      expect([answer.status, (await bodyOf(answer)).decision]).toEqual([201, 'review']);
      expect(Date.now() - began).toBeLessThan(3500);
    } finally {
      broken.closeAllConnections();
      broken.close();
    }
  });
});

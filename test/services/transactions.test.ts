import { bodyOf, post, type Started, StartedServices } from './started-services';

const services = new StartedServices();
let processor: Started;
let alone: Started;
let url: string;

beforeAll(async () => {
  const fraudDetection = await services.start('fraud-detection');
  processor = await services.start('transaction-processor', { FRAUD_DETECTION_URL: fraudDetection.address });
  alone = await services.start('transaction-processor');
  url = `${processor.address}/api/transactions/`;
});
afterAll(() => services.end());

const authorize = async (amount = 1250) =>
  bodyOf(await post(url, { kind: 'authorization', amount, currency: 'EUR', reference: 'order 7' }));

test('an amount is authorized, and found again', async () => {
  const answer = await post(url, { kind: 'authorization', amount: 1250, currency: 'EUR', payer: 'p1' });
  const made = await bodyOf(answer);
  expect(answer.status).toBe(201);
  expect(made).toMatchObject({
    kind: 'authorization',
    amount: 1250,
    currency: 'EUR',
    status: 'authorized',
    reasons: [],
  });
  const found = await fetch(url + String(made.id));
  expect([found.status, await found.json()]).toEqual([200, made]);
});

test.each([
  [1_000_000, 'review'],
  [10_000_000, 'declined'],
])('an amount of %d is %s, and cannot be captured', async (amount, status) => {
  const made = await authorize(amount);
  expect(made.status).toBe(status);
  const answer = await post(url, { kind: 'capture', authorization: made.id, amount, currency: 'EUR' });
  expect([answer.status, (await bodyOf(answer)).error!.code]).toEqual([422, 'not_authorized']);
});

test('is captured once, whole or in part', async () => {
  const { id } = await authorize();
  const capture = { kind: 'capture', authorization: id, amount: 1000, currency: 'EUR' };
  const answers = await Promise.all([1, 2, 3].map(() => post(url, capture)));
  const captures = await Promise.all(answers.map(bodyOf));
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
  expect(new Set(captures.map((c) => c.id)).size).toBe(1);
  expect(captures[0]).toMatchObject({ ...capture, status: 'captured' });
  expect((await post(url, { ...capture, amount: 250 })).status).toBe(422);
  expect(await (await fetch(url + String(captures[0]!.id))).json()).toEqual(captures[0]);
});

test.each([
  ['a larger amount', { amount: 1251 }, 422, 'more_than_authorized'],
  ['another currency', { currency: 'USD' }, 422, 'more_than_authorized'],
  ['an authorization that is not there', { authorization: 'none' }, 422, 'authorization_not_found'],
  ['no authorization', { authorization: undefined }, 400, 'invalid_authorization'],
  ['no amount', { amount: undefined }, 400, 'invalid_amount'],
  ['another kind', { kind: 'refund' }, 400, 'invalid_kind'],
])('a capture with %s is refused', async (_, wrong, status, code) => {
  const { id } = await authorize();
  const answer = await post(url, { kind: 'capture', authorization: id, amount: 1250, currency: 'EUR', ...wrong });
  expect([answer.status, (await bodyOf(answer)).error!.code]).toEqual([status, code]);
});

test('a caller’s key makes one authorization, and never stands in for a capture', async () => {
  const { id } = await authorize();
  const key = { 'idempotency-key': `capture of ${String(id)}` };
  const order = { kind: 'authorization', amount: 1, currency: 'EUR' };
  const [first, second] = [await bodyOf(await post(url, order, key)), await bodyOf(await post(url, order, key))];
  expect([first.id, first.kind]).toEqual([second.id, 'authorization']);
  const capture = await post(url, { kind: 'capture', authorization: id, amount: 1250, currency: 'EUR' });
  expect([capture.status, (await bodyOf(capture)).kind]).toEqual([201, 'capture']);
});

test('without fraud-detection an authorization goes to review', async () => {
  const answer = await post(`${alone.address}/api/transactions/`, {
    kind: 'authorization',
    amount: 1,
    currency: 'EUR',
  });
  expect(await bodyOf(answer)).toMatchObject({ status: 'review', reasons: ['not assessed'] });
});

test('health answers below the path too', async () => {
  for (const path of ['/health', '/api/transactions/health']) {
    expect((await fetch(processor.address + path)).status).toBe(200);
  }
});

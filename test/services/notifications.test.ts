import { bodyOf, post, type Started, StartedServices } from './started-services';

const services = new StartedServices();
let service: Started;
let url: string;

beforeAll(async () => {
  service = await services.start('notification-service');
  url = `${service.address}/api/notifications/`;
});
afterAll(() => services.end());

const notice = { channel: 'email', recipient: 'payer@example.com', text: 'Your payment arrived.' };
const handedOver = () => service.process.lines.filter((line) => line.includes('notification handed over'));

/** A request's line is the last that it writes, and may arrive after its answer. */
async function requestsLogged(count: number): Promise<void> {
  const logged = () => service.process.lines.filter((line) => line.includes('"message":"request"')).length;
  while (logged() < count) await new Promise((wake) => setTimeout(wake, 10));
}

test('a notification is accepted, handed over, and found again', async () => {
  const answer = await post(url, notice);
  const accepted = await bodyOf(answer);
  expect(answer.status).toBe(202);
  expect(accepted).toMatchObject({ ...notice, status: 'accepted' });
  await service.process.logged('notification handed over', { notificationId: accepted.id, channel: 'email' });
  const found = await fetch(url + String(accepted.id));
  expect([found.status, await found.json()]).toEqual([200, accepted]);
  expect((await fetch(`${url}none`)).status).toBe(404);
});

test('a repeated one is accepted, and handed over once', async () => {
  await requestsLogged(3);
  const before = handedOver().length;
  const key = { 'idempotency-key': 'n1' };
  const ids = [await bodyOf(await post(url, notice, key)), await bodyOf(await post(url, notice, key))].map((n) => n.id);
  expect(new Set(ids).size).toBe(1);
  await requestsLogged(5);
  expect(handedOver().length - before).toBe(1);
});

test('without requests it does nothing', async () => {
  await requestsLogged(5);
  const before = service.process.lines.length;
  await new Promise((wake) => setTimeout(wake, 500));
  expect(service.process.lines.slice(before)).toEqual([]);
});

test('neither recipient nor text is in the log', () => {
  expect(service.process.lines.join('\n')).not.toMatch(/payer@example|arrived/);
});

test.each([
  [{ channel: 'letter' }, 'invalid_channel'],
  [{ channel: undefined }, 'invalid_channel'],
  [{ recipient: '' }, 'invalid_recipient'],
  [{ text: 'x'.repeat(1001) }, 'invalid_text'],
  [{ text: undefined }, 'invalid_text'],
])('%j is refused: %s', async (wrong, code) => {
  const answer = await post(url, { ...notice, ...wrong });
  expect([answer.status, (await bodyOf(answer)).error!.code]).toEqual([400, code]);
});

test('health answers below the path too', async () => {
  for (const path of ['/health', '/api/notifications/health']) {
    expect((await fetch(service.address + path)).status).toBe(200);
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildServices } from '../../scripts/build';
import { freePort, ServiceProcess } from './service-process';

const build = mkdtempSync(join(tmpdir(), 'services-'));
beforeAll(() => buildServices(resolve(__dirname, '../..'), build));
afterAll(() => rmSync(build, { recursive: true }));

interface Sent {
  status?: number;
  connection?: string;
  error?: string;
}

function send(port: number, agent: Agent): Promise<Sent> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ amount: 1, currency: 'EUR' });
    request({ host: '127.0.0.1', port, path: '/assess', method: 'POST', agent }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    })
      .on('error', (error) => resolve({ error: error.message }))
      .end(body);
  });
}

test('after SIGTERM everything is answered, with connection: close, until callers have gone', async () => {
  const port = await freePort();
  const service = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}`, DRAIN_SECONDS: '2' });
  await service.logged('listening');
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  const before: Sent[] = [];
  const after: Sent[] = [];
  let sending = true;
  // As a load balancer does: keeps its connections, and sends on for a while because it has not heard yet.
  const callers = Array.from({ length: 10 }, async () => {
    while (sending) before.push(await send(port, agent));
    const until = Date.now() + 1000;
    while (Date.now() < until) after.push(await send(port, agent));
  });
  await new Promise((wake) => setTimeout(wake, 300));
  service.signal('SIGTERM');
  await service.logged('draining');
  sending = false;
  await Promise.all(callers);
  expect(await service.exitCode()).toBe(0);
  expect(before.length).toBeGreaterThan(20);
  expect(after.length).toBeGreaterThan(20);
  expect([...before, ...after].filter((sent) => sent.status !== 200)).toEqual([]);
  expect(before[0]!.connection).toBe('keep-alive');
  expect(after.slice(10).every((sent) => sent.connection === 'close')).toBe(true);
  expect(service.lines.map((line) => JSON.parse(line).message)).toContain('stopped');
  agent.destroy();
});

test('a second signal changes nothing', async () => {
  const port = await freePort();
  const service = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}`, DRAIN_SECONDS: '1' });
  await service.logged('listening');
  service.signal('SIGTERM');
  service.signal('SIGINT');
  expect(await service.exitCode()).toBe(0);
  expect(service.lines.filter((line) => line.includes('draining'))).toHaveLength(1);
});

test('--health tells whether the service answers', async () => {
  const port = await freePort();
  const unhealthy = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}` }, '--health');
  expect(await unhealthy.exitCode()).toBe(1);
  expect(unhealthy.lines.join()).toContain('unhealthy: ');
  const service = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}`, DRAIN_SECONDS: '0' });
  await service.logged('listening');
  expect(await new ServiceProcess(build, 'fraud-detection', { PORT: `${port}` }, '--health').exitCode()).toBe(0);
  service.signal('SIGTERM');
  expect(await service.exitCode()).toBe(0);
});

test('wrong settings are told all at once, and end the process', async () => {
  const service = new ServiceProcess(build, 'payment-api', {
    PORT: 'http',
    VERSION: '',
    FRAUD_DETECTION_URL: 'fraud:8081',
    DRAIN_SECONDS: '60',
  });
  expect(await service.exitCode()).toBe(1);
  const { level, message } = JSON.parse(service.lines[0]!);
  expect(level).toBe('error');
  for (const name of ['PORT', 'VERSION', 'FRAUD_DETECTION_URL', 'DRAIN_SECONDS']) expect(message).toContain(name);
});

test('a port in use is told, and ends the process', async () => {
  const port = await freePort();
  const first = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}`, DRAIN_SECONDS: '0' });
  await first.logged('listening');
  const second = new ServiceProcess(build, 'fraud-detection', { PORT: `${port}` });
  expect(await second.exitCode()).toBe(1);
  expect(second.lines.join()).toContain(`cannot listen on port ${port}`);
  first.signal('SIGKILL');
  await first.exitCode();
});

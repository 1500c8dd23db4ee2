import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { StartedServices } from './started-services';

const services = new StartedServices();
const directory = mkdtempSync(join(tmpdir(), 'database-tls-'));
const certificate = join(directory, 'certificate.pem');
let key: string;
let server: Server;
/** What clients sent after TLS was agreed, or instead of it. */
let startups: string[] = [];
let encrypted = true;

beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  key = made.private;
  writeFileSync(certificate, made.cert);
  // PostgreSQL's first words: it agrees to TLS, or not, and refuses whoever comes.
  server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first: Buffer) => {
      if (first.readInt32BE(4) !== 80877103) return void startups.push('no TLS asked for');
      socket.write(encrypted ? 'S' : 'N');
      if (!encrypted) return void socket.on('data', () => startups.push('went on without TLS'));
      const secureContext = createSecureContext({ key, cert: made.cert });
      const tls = new TLSSocket(socket, { isServer: true, secureContext });
      tls.on('error', () => undefined);
      tls.once('data', (startup: Buffer) => {
        startups.push(startup.toString('latin1'));
        const fields = Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed\0\0');
        const length = Buffer.alloc(4);
        length.writeInt32BE(fields.length + 4);
        tls.end(Buffer.concat([Buffer.from('E'), length, fields]));
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  startups = [];
  encrypted = true;
});
afterAll(async () => {
  await services.end();
  server.close();
  rmSync(directory, { recursive: true });
});

const start = async (host: string, trust: Record<string, string>) => {
  const { process } = await services.start('payment-api', {
    DB_SECRET: '{"username":"u","password":"p"}',
    DB_ENDPOINT: host,
    DB_PORT: String((server.address() as AddressInfo).port),
    ...trust,
  });
  return process;
};

test('credentials that are refused end the task with exit code 1, after a few attempts', async () => {
  const service = await start('localhost', { NODE_EXTRA_CA_CERTS: certificate });
  expect(await service.exitCode()).toBe(1);
  expect(service.lines.filter((line) => line.includes('"code":"28P01"'))).toHaveLength(5);
  expect(startups).toHaveLength(5);
  expect(startups[0]).toContain('database\0payments');
  expect(service.lines.join()).toContain("the database refuses this task's credentials");
}, 20_000);

test.each([
  ['an authority that nobody vouches for', 'localhost', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['a certificate for another host', '127.0.0.1', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('tells nothing to a server with %s', async (_, host, trusted, code) => {
  const service = await start(host, trusted ? { NODE_EXTRA_CA_CERTS: certificate } : {});
  await service.logged('database not connected', { code });
  expect(startups).toEqual([]);
});

test('tells nothing to a server without TLS', async () => {
  encrypted = false;
  const service = await start('localhost', { NODE_EXTRA_CA_CERTS: certificate });
  await service.logged('database not connected', { reason: 'The server does not support SSL connections' });
  expect(startups).toEqual([]);
});

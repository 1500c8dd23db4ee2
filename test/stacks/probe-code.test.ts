import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  error?: string;
  milliseconds: number;
}
const { handler } = require('../../stacks/constructs/probe-code.js') as { handler(event: object): Promise<Answer> };

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      response.writeHead(201, { 'x-service-version': 'one' });
      response.end(JSON.stringify({ method: request.method, host: request.headers.host, path: request.url, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('sends what the event says, and tells what came back', async () => {
  const answer = await handler({
    method: 'POST',
    url: `${url}/api/payments/`,
    host: 'pay.example.com',
    body: '{"amount":1}',
  });
  expect(answer).toMatchObject({ status: 201, headers: { 'x-service-version': 'one' } });
  expect(JSON.parse(answer.body!)).toEqual({
    method: 'POST',
    host: 'pay.example.com',
    path: '/api/payments/',
    body: '{"amount":1}',
  });
  expect(answer.milliseconds).toBeGreaterThanOrEqual(0);
});

test('asks with GET unless told otherwise', async () => {
  expect(JSON.parse((await handler({ url })).body!)).toMatchObject({ method: 'GET', path: '/' });
});

test.each([
  ['a closed port', () => ({ url: 'http://127.0.0.1:1/' }), 'ECONNREFUSED'],
  ['no answer', () => ({ url: `${url}/silent`, timeout: 50 }), 'no answer in time'],
  ['no URL', () => ({ url: 'nonsense' }), 'Invalid URL'],
])('an error is an answer: %s', async (_, event, expected) => {
  const answer = await handler(event());
  expect(answer.error).toContain(expected);
  expect(answer.status).toBeUndefined();
});

// What interface endpoints lead to: the local cloud's own API, behind the names and a certificate of AWS's services.
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../state';
import { certificateAuthority } from './certificate-authority';

/** Names that an endpoint's certificate is for: `*` stands for one label. */
const names = (region: string) => [
  `*.${region}.amazonaws.com`,
  `*.ecr.${region}.amazonaws.com`,
  `*.dkr.ecr.${region}.amazonaws.com`,
];

/** Loopback port of the server for the region's endpoints; one for each account and region, started when first asked for. */
export function endpointServer(env: Environment): Promise<number> {
  const shelf = env.shelf<Promise<number>>('endpoint server');
  const found = shelf.get('port') ?? start(env);
  shelf.set('port', found);
  return found;
}

async function start(env: Environment): Promise<number> {
  const { key, certificate: cert } = await (await certificateAuthority(env.cloud)).issue(names(env.region));
  const server = createServer({ key, cert }, (req, res) => {
    const up = request(
      env.cloud.endpoint + req.url,
      { method: req.method, headers: req.headers, agent: false },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    up.on('error', () => (res.headersSent ? res.destroy() : res.writeHead(502).end()));
    req.pipe(up);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  env.cloud.onStop(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

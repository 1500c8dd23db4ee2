import { createServer } from 'node:net';

// Below the range from which systems take the ports of outgoing connections (32768 and up on Linux, 49152 and up elsewhere):
// a port that is free now stays free until its process listens.
const first = 18_000;
const count = 13_000;
let next = Math.floor(Math.random() * count);

/** A loopback port that nobody listens on and that was not handed out lately. Rejects when the whole range is taken. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < count; tries++) {
    const port = first + (next++ % count);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port on 127.0.0.1 between ${first} and ${first + count}: end the processes that hold them`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

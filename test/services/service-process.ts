import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export type Line = Record<string, unknown>;

/** A built service as a process of its own, on 127.0.0.1. */
export class ServiceProcess {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(build: string, service: string, variables: Record<string, string>, ...args: string[]) {
    const env = {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      SERVICE_NAME: service,
      ENVIRONMENT: 'test',
      VERSION: 'v1',
      ...variables,
    };
    this.child = spawn(process.execPath, [join(build, 'images', service, 'server.js'), ...args], { env });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      let rest = '';
      stream.on('data', (chunk: Buffer) => {
        const parts = (rest + chunk.toString()).split('\n');
        rest = parts.pop()!;
        this.lines.push(...parts);
      });
    }
  }

  /** Waits for a log line with that message and those fields. Throws with the whole output where there is none within 5 s. */
  async logged(message: string, fields: Line = {}): Promise<Line> {
    const wanted = Object.entries({ message, ...fields });
    for (const end = Date.now() + 5000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 10))) {
      const parsed = this.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
      const found = parsed.find((line) => wanted.every(([name, value]) => line[name] === value));
      if (found) return found;
    }
    throw new Error(`no line '${message}' in:\n${this.lines.join('\n')}`);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits for its end. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

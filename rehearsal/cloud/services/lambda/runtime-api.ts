import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of an invocation. `payload` is JSON. */
export interface Outcome {
  payload: string;
  failed: boolean;
}
export interface Invocation {
  id: string;
  payload: string;
  /** Milliseconds since 1970 at which the function's timeout is over. */
  deadline: number;
  /** Called as soon as a process has taken it. */
  taken(): void;
  end(outcome: Outcome): void;
}

/**
 * The Lambda runtime API for one process of a function: it asks for the next invocation and posts what became of it
 * (AWS, "Using the Lambda runtime API for custom runtimes").
 */
export class RuntimeApi {
  private readonly queue: Invocation[] = [];
  private readonly running = new Map<string, Invocation>();
  private readonly waiting: ServerResponse[] = [];
  private readonly server = createServer((req, res) => void this.handle(req, res));

  constructor(private readonly functionArn: string) {}

  async listen(): Promise<number> {
    this.server.keepAliveTimeout = 0;
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  invoke(invocation: Invocation): void {
    this.queue.push(invocation);
    this.dispatch();
  }

  /** Fails what waits and what runs: the process has ended. */
  failAll(payload: string): void {
    for (const invocation of [...this.queue.splice(0), ...this.running.values()])
      invocation.end({ payload, failed: true });
    this.running.clear();
    this.waiting.splice(0).forEach((res) => res.destroy());
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      this.server.closeAllConnections();
    });
  }

  private dispatch(): void {
    while (this.queue.length && this.waiting.length) {
      const invocation = this.queue.shift()!;
      this.running.set(invocation.id, invocation);
      this.waiting
        .shift()!
        .writeHead(200, {
          'content-type': 'application/json',
          'lambda-runtime-aws-request-id': invocation.id,
          'lambda-runtime-deadline-ms': String(invocation.deadline),
          'lambda-runtime-invoked-function-arn': this.functionArn,
        })
        .end(invocation.payload);
      invocation.taken();
    }
  }

  private async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [, what = '', id = '', verb = ''] =
      /\/runtime\/(invocation|init)\/([^/]+)(?:\/(\w+))?$/.exec(req.url ?? '') ?? [];
    if (req.method === 'GET' && id === 'next') {
      this.waiting.push(res);
      res.once('close', () => {
        const at = this.waiting.indexOf(res);
        if (at >= 0) this.waiting.splice(at, 1);
      });
      return this.dispatch();
    }
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer);
    } catch {
      return; // the process went away
    }
    const payload = Buffer.concat(chunks).toString('utf8');
    res.writeHead(202).end('{}');
    if (what === 'init') return this.failAll(payload);
    const invocation = this.running.get(id);
    this.running.delete(id);
    invocation?.end({ payload, failed: verb === 'error' });
  }
}

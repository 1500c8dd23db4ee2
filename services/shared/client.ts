import type { Agent } from 'node:http';
import type { Runtime } from './runtime';
import { sign, signatureHeader } from './signature';

/** Calls another service over connections that are kept. Signs its calls where API_SECRET is set. */
export class ServiceClient {
  private readonly protocol: typeof import('node:http') | typeof import('node:https');
  private readonly agent: Agent;
  private readonly key: string | undefined;

  /** @param timeout of a call with everything that it needs, ms */
  constructor(
    private readonly service: string,
    private readonly url: URL,
    private readonly runtime: Runtime,
    private readonly timeout: number,
  ) {
    // A rolling service is called by its Cloud Map name, a blue/green one through the load balancer, which speaks HTTPS only.
    this.protocol = url.protocol === 'https:' ? require('node:https') : require('node:http');
    this.agent = new this.protocol.Agent({ keepAlive: true, maxSockets: 64 });
    this.key = runtime.settings.keys('API_SECRET')[0];
  }

  /**
   * Posts something that may arrive twice without harm, and gives the answer's body. Throws an error that says why there is no
   * good answer.
   */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    const content = Buffer.from(JSON.stringify(body));
    const url = new URL(path, this.url);
    const signal = AbortSignal.timeout(this.timeout);
    const signature = this.key && sign(this.key, { method: 'POST', path, content });
    const own = {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(content.length),
      ...(signature && { [signatureHeader]: signature }),
    };
    try {
      return await this.runtime.tracing.outgoing({ method: 'POST', url, service: this.service }, (traced) =>
        this.send(url, content, { ...own, ...traced }, signal),
      );
    } catch (error) {
      throw new Error(signal.aborted ? `no answer within ${this.timeout} ms` : messageOf(error), { cause: error });
    }
  }

  /** A kept connection may have been closed just before it was used again: then it is tried again. */
  private send(
    url: URL,
    content: Buffer,
    headers: Record<string, string>,
    signal: AbortSignal,
    attempt = 1,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = this.protocol.request(url, { method: 'POST', agent: this.agent, headers, signal });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET' && attempt < 3)
          resolve(this.send(url, content, headers, signal, attempt + 1));
        else reject(error);
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const status = response.statusCode ?? 0;
            if (status < 200 || status > 299) throw new Error(`${this.service} answers ${status}`);
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.end(content);
    });
  }
}

const messageOf = (error: unknown) =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  authorization?: string;
  /** Operation of AWS that was asked for. */
  target?: string;
  body?: Record<string, unknown>;
}
/** What the stand-in answers: a status with a body. */
export type Answer = (asked: Asked) => { status?: number; body?: unknown };

/** A stand-in of GitHub's API on this computer, which remembers what it was asked. */
export async function gitHubServer(answer: Answer = () => ({})) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const { method = '', url: path = '', headers } = request;
      const target = headers['x-amz-target'] as string | undefined;
      const one: Asked = { method, path, authorization: headers.authorization, body: bodyOf(text) };
      if (target) one.target = target.split('.')[1];
      asked.push(one);
      const { status = 200, body = {} } = answer(one);
      response.writeHead(status).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { asked, end, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** AWS's older services are asked in forms. */
const bodyOf = (text: string): Asked['body'] =>
  text.startsWith('{') ? (JSON.parse(text) as Asked['body']) : undefined;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The variables that GitHub Actions sets for a step. */
export const runVariables = (url: string, folder: string): NodeJS.ProcessEnv => ({
  GITHUB_API_URL: url,
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'acme/pay',
  GITHUB_RUN_ID: '77',
  GITHUB_TOKEN: 'the-run-s-own',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_STEP_SUMMARY: `${folder}/summary.md`,
  GITHUB_OUTPUT: `${folder}/output`,
  GITHUB_EVENT_PATH: `${folder}/event.json`,
});

interface Made {
  id: number;
  sha: string;
  environment: string;
}

/** A GitHub that keeps deployments and their statuses, newest first. */
export class KeptDeployments {
  private readonly made: Made[] = [];
  private readonly statuses = new Map<number, { state: string; log_url: string }[]>();

  readonly answer: Answer = ({ method, path, body = {} }) => {
    const { pathname, searchParams } = new URL(path, 'http://github');
    const id = Number(/deployments\/(\d+)\/statuses/.exec(pathname)?.[1]);
    if (method === 'GET') return { body: id ? (this.statuses.get(id) ?? []).slice(0, 1) : this.found(searchParams) };
    if (id) this.statuses.set(id, [body as never, ...(this.statuses.get(id) ?? [])]);
    else this.add(String(body.ref), String(body.environment));
    return { status: 201, body: this.made[0] };
  };

  add(sha: string, environment: string, state?: string, log_url = 'https://github.example/first'): void {
    const id = this.made.length + 1;
    this.made.unshift({ id, sha, environment });
    if (state) this.statuses.set(id, [{ state, log_url }]);
  }

  /** The last status of each deployment, the first deployment first. */
  get shown(): string[] {
    const last = ({ id, environment }: Made) => `${environment}: ${this.statuses.get(id)?.[0]?.state}`;
    return [...this.made].reverse().map(last);
  }
  logUrl = (id: number) => this.statuses.get(id)?.[0]?.log_url;

  private found(query: URLSearchParams): Made[] {
    const fits = (one: Made) =>
      (['sha', 'environment'] as const).every((name) => !query.has(name) || query.get(name) === one[name]);
    return this.made.filter(fits);
  }
}

import { randomBytes, X509Certificate } from 'node:crypto';
import {
  createServer as createPlain,
  request as send,
  type Agent,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { AccessLogEntry } from './access-log';
import type { RoutedRequest } from './routing';

/** A target that a request was given to. Whoever chose it has counted the request in; `done` counts it out. */
export interface ChosenTarget {
  /** Simulated 'ip:port'. */
  address: string;
  /** Port on 127.0.0.1 that stands for it; undefined when nothing listens there. */
  port: number | undefined;
  agent: Agent;
  done(): void;
}

/** What a listener does with a request. */
export type Decision = { rulePriority: number } & (
  | { kind: 'forward'; targetGroupArn?: string; target?: ChosenTarget }
  | { kind: 'fixed'; status: number; contentType?: string; body?: string }
  | { kind: 'redirect'; status: number; location: string }
);

export interface ListenerOptions {
  /** Port of the listener as declared, as in 443: told to targets and in the access log. */
  port: number;
  /** app/name/id, for the access log. */
  loadBalancer: string;
  certificate?: Certificate;
  /** Every certificate of the listener, as of now: whose name the client asks for is shown, else the first. */
  certificates?(): Certificate[];
  decide(request: RoutedRequest): Decision;
  record(entry: AccessLogEntry): void;
  dropInvalidHeaders(): boolean;
  /** Real seconds without a byte before a connection ends (idle_timeout.timeout_seconds). */
  idleTimeout(): number;
}
export interface Certificate {
  arn: string;
  cert: string;
  key: string;
  /** Of the authorities above it. */
  chain?: string;
}

const contextOptions = ({ cert, key, chain }: Certificate) => ({
  cert: chain ? `${cert.trimEnd()}\n${chain}` : cert,
  key,
  minVersion: 'TLSv1.2' as const,
});

const statusTexts: Record<number, string> = {
  400: 'Bad Request',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect']);

/** One listener of a load balancer: a real server on a port of 127.0.0.1 that the system chooses. */
export class ListenerServer {
  /** By certificate. */
  private readonly contexts = new Map<string, SecureContext>();
  /** Every connection, also one whose TLS handshake is under way: the server's own list lacks those. */
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server | ReturnType<typeof createPlain>,
    private options: ListenerOptions,
  ) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async open(options: ListenerOptions): Promise<ListenerServer> {
    const limits = { keepAliveTimeout: options.idleTimeout() * 1000, requestTimeout: 0 };
    const secure = options.certificate;
    const server = secure
      ? createSecure({
          ...limits,
          ...contextOptions(secure),
          SNICallback: (name, done) => done(null, listener.contextFor(name)),
        })
      : createPlain(limits);
    const listener: ListenerServer = new ListenerServer(server, options);
    server.on('request', (req, res) => void new Exchange(listener.options, req, res).run());
    server.on('clientError', (_error, socket) => socket.destroy());
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(0, '127.0.0.1', () => done());
    });
    return listener;
  }

  /** Port on 127.0.0.1. */
  get loopbackPort(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes over a changed listener without closing a connection. */
  update(options: ListenerOptions): void {
    this.options = options;
    const { certificate } = options;
    if (certificate && 'setSecureContext' in this.server) this.server.setSecureContext(contextOptions(certificate));
  }

  /** What the client is shown that asks for the name. */
  private contextFor(name: string): SecureContext | undefined {
    const all = this.options.certificates?.() ?? [];
    const shown = all.find((c) => new X509Certificate(c.cert).checkHost(name)) ?? all[0] ?? this.options.certificate;
    if (!shown) return undefined;
    const found = this.contexts.get(shown.cert) ?? createSecureContext(contextOptions(shown));
    this.contexts.set(shown.cert, found);
    return found;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      for (const socket of this.sockets) socket.destroy();
    });
  }
}

/** One request and its answer. */
class Exchange {
  private readonly began = performance.now();
  private readonly time = new Date();
  private readonly traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  private readonly entry: Partial<AccessLogEntry> = {};
  private sentAt = -1;
  private answeredAt = -1;
  private received = 0;
  private sent = 0;
  private target: ChosenTarget | undefined;

  constructor(
    private readonly options: ListenerOptions,
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
  ) {}

  async run(): Promise<void> {
    const { req, res, options } = this;
    req.on('error', () => {});
    res.on('error', () => {});
    res.once('close', () => this.finish());
    const [path = '/', query = ''] = splitOnce(req.url ?? '/', '?');
    const decision = options.decide({
      method: req.method ?? 'GET',
      path,
      query: new URLSearchParams(query),
      host: (req.headers.host ?? '').replace(/:\d+$/, ''),
      headers: req.headers,
      sourceIp: this.client.ip,
    });
    this.entry.rulePriority = decision.rulePriority;
    if (decision.kind === 'forward') {
      this.entry.actions = 'forward';
      this.entry.targetGroupArn = decision.targetGroupArn;
      this.target = decision.target;
      if (decision.target) this.forward(decision.target);
      else this.fail(503);
      return;
    }
    req.resume();
    if (decision.kind === 'redirect') {
      this.entry.actions = 'redirect';
      this.entry.redirectUrl = decision.location;
      this.answer(decision.status, { location: decision.location }, '');
    } else {
      this.entry.actions = 'fixed-response';
      this.answer(decision.status, { 'content-type': decision.contentType ?? 'text/plain' }, decision.body ?? '');
    }
  }

  private get client(): { ip: string; port: number } {
    return { ip: this.req.socket.remoteAddress ?? '127.0.0.1', port: this.req.socket.remotePort ?? 0 };
  }

  /** Sends the request on and streams the answer back. */
  private forward(target: ChosenTarget): void {
    const { req, res } = this;
    this.entry.target = target.address;
    if (!target.port) return this.fail(502);
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    const up = send({
      host: '127.0.0.1',
      port: target.port,
      method: req.method,
      path: req.url,
      headers: this.requestHeaders(),
      agent: target.agent,
    });
    const abandon = () => up.destroy();
    res.once('close', abandon);
    let timedOut = false;
    up.setTimeout(this.options.idleTimeout() * 1000, () => {
      timedOut = true;
      up.destroy();
    });
    up.once('socket', () => (this.sentAt = performance.now()));
    up.on('response', (answer) => {
      this.answeredAt = performance.now();
      this.entry.targetStatus = answer.statusCode;
      res.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer));
      answer.on('data', (chunk: Buffer) => (this.sent += chunk.length));
      // A target that breaks off leaves the client with a broken answer, as a load balancer does.
      answer.once('error', () => res.destroy());
      answer.once('aborted', () => res.destroy());
      answer.pipe(res);
    });
    up.on('error', (error: NodeJS.ErrnoException) => {
      res.off('close', abandon);
      if (res.headersSent || res.destroyed) return void res.destroy();
      // A target may close idle connections just as the next request takes one. It has seen nothing of that request.
      const stale = up.reusedSocket && !timedOut && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      if (stale && !hasBody) return this.forward(target);
      this.fail(timedOut ? 504 : 502);
    });
    if (!hasBody) return void up.end();
    req.on('data', (chunk: Buffer) => (this.received += chunk.length));
    req.pipe(up);
  }

  private requestHeaders(): Record<string, string | string[]> {
    const { req, options } = this;
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(req.headers)) {
      if (value === undefined || hopByHop.has(name)) continue;
      if (options.dropInvalidHeaders() && !/^[A-Za-z0-9-]+$/.test(name)) continue;
      headers[name] = value;
    }
    const before = headers['x-forwarded-for'];
    headers['x-forwarded-for'] = before ? `${before}, ${this.client.ip}` : this.client.ip;
    headers['x-forwarded-proto'] = options.certificate ? 'https' : 'http';
    headers['x-forwarded-port'] = String(options.port);
    headers['x-amzn-trace-id'] ??= this.traceId;
    return headers;
  }

  /** An answer of the load balancer's own. */
  private answer(status: number, headers: Record<string, string>, body: string): void {
    this.sent += Buffer.byteLength(body);
    const { res } = this;
    res.writeHead(status, { server: 'awselb/2.0', ...headers, 'content-length': String(Buffer.byteLength(body)) });
    res.end(this.req.method === 'HEAD' ? undefined : body);
  }
  private fail(status: number): void {
    this.req.resume();
    const title = `${status} ${statusTexts[status]}`;
    const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
    this.answer(status, { 'content-type': 'text/html' }, page);
  }

  private finish(): void {
    this.target?.done();
    const { req, res, options } = this;
    const ended = performance.now();
    const part = (from: number, to: number) => (from < 0 || to < 0 ? -1 : (to - from) / 1000);
    const tls = options.certificate ? (req.socket as TLSSocket) : undefined;
    const cipher = tls?.getCipher?.();
    options.record({
      ...this.entry,
      time: this.time,
      listenerPort: options.port,
      method: req.method ?? 'GET',
      path: req.url ?? '/',
      // AWS logs 460 when the client went away before it was answered.
      status: res.writableFinished || res.headersSent ? res.statusCode : 460,
      loadBalancer: options.loadBalancer,
      type: options.certificate ? 'https' : 'http',
      client: `${this.client.ip}:${this.client.port}`,
      seconds: [part(this.began, this.sentAt), part(this.sentAt, this.answeredAt), part(this.answeredAt, ended)],
      receivedBytes: this.received + req.rawHeaders.join('').length,
      sentBytes: this.sent,
      host: req.headers.host ?? '-',
      userAgent: req.headers['user-agent'] ?? '',
      cipher: cipher?.name,
      tlsVersion: tls?.getProtocol?.() ?? undefined,
      traceId: String(req.headers['x-amzn-trace-id'] ?? this.traceId),
      certificateArn: options.certificate?.arn,
      rulePriority: this.entry.rulePriority ?? 0,
      actions: this.entry.actions ?? '-',
    });
  }
}

function splitOnce(text: string, at: string): [string, string?] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

/** The target's own headers, without those that speak of its connection. */
function responseHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !hopByHop.has(name) && name !== 'transfer-encoding') headers[name] = value;
  return headers;
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Drain } from './drain';
import { parseBody, readContent, Refusal, type Answer, type Handler, type Request } from './http';
import type { Runtime } from './runtime';

export interface ServerProps {
  port: number;
  /** Address to listen on. @default all */
  host?: string;
  /** Named in the header x-service-version of every answer. */
  version: string;
  /** Path under which the load balancer reaches the service, without a slash at its end. @default none: internal */
  path?: string;
  handle: Handler;
  runtime: Runtime;
  /** How long it goes on answering after SIGTERM. */
  drainSeconds: number;
}

/** Serves HTTP until SIGTERM. Answers `/health` and `{path}/health` itself. */
export function serve(props: ServerProps): Server {
  const { port, host, runtime } = props;
  const { log } = runtime;
  const server = createServer((message, response) => void respond(props, drain, message, response));
  const drain = new Drain(server, runtime, props.drainSeconds);
  // The load balancer reuses a connection for up to 60 idle seconds. If the service closed it first, a request could meet
  // a closed connection, which the load balancer answers with 502.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.requestTimeout = 30_000;
  server.on('error', (error) => {
    log('error', `cannot listen on port ${port}: ${error.message}`);
    process.exitCode = 1;
  });
  server.listen(port, host, () => {
    log('info', 'listening', { port });
    runtime.started();
  });
  runtime.fail = () => drain.start(1);
  process.once('SIGTERM', () => drain.start());
  process.once('SIGINT', () => drain.start());
  return server;
}

async function respond(props: ServerProps, drain: Drain, message: IncomingMessage, response: ServerResponse) {
  const began = performance.now();
  const { method = 'GET', url = '/', headers } = message;
  const path = url.split('?')[0]!;
  const isHealth = path === '/health' || path === `${props.path}/health`;
  const { answer, traceId } = isHealth
    ? { answer: health() }
    : await props.runtime.tracing.incoming({ method, route: routeOf(props, path), headers }, () =>
        answerTo(props, message, { method, path, headers }),
      );
  const content = JSON.stringify(answer.body);
  // A caller that is told to close asks for a new connection, and gets it from a task that stays.
  if (drain.started || answer.status === 413) response.setHeader('connection', 'close');
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(content),
    'x-service-version': props.version,
    ...answer.headers,
  });
  response.end(content);
  if (path === '/health') return;
  props.runtime.log('info', 'request', {
    method,
    path,
    status: answer.status,
    milliseconds: Math.round((performance.now() - began) * 10) / 10,
    trace: headers['x-amzn-trace-id'],
    traceId,
  });
}

/** A span's name must not hold what a caller made up. */
function routeOf({ path }: ServerProps, asked: string): string {
  if (!path) return '/*';
  if (asked === path || asked === `${path}/`) return `${path}/`;
  return asked.startsWith(`${path}/`) ? `${path}/{id}` : '/*';
}

async function answerTo(
  { handle, runtime }: ServerProps,
  message: IncomingMessage,
  asked: Pick<Request, 'method' | 'path' | 'headers'>,
): Promise<Answer> {
  const { method, path } = asked;
  try {
    const content = await readContent(message);
    const request: Request = { ...asked, content, body: parseBody(content) };
    return (await handle(request)) ?? new Refusal(404, 'not_found', `nothing at ${method} ${path}`).answer;
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    runtime.log('error', 'request failed', { path, reason: error instanceof Error ? error.stack : String(error) });
    return { status: 500, body: { error: { code: 'internal', message: 'the service failed' } } };
  }
}

/**
 * Tells only about this process. If it asked the services that it calls, one that fails would take its callers with it.
 * It stays well while it drains: the load balancer has stopped asking by then, and it does still answer.
 */
const health = (): Answer => ({ status: 200, body: { status: 'ok' } });

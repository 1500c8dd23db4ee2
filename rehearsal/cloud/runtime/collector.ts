// Stands for AWS Distro for OpenTelemetry's collector: it takes in what a task sends, tells how much that was, and keeps nothing.
import { createSocket } from 'node:dgram';
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { tracesOfJson, tracesOfProtobuf, type Traces } from './otlp';

/** Ports of the collector as its task sees them. Source: its default configuration, config/ecs/ecs-default-config.yaml. */
export const collectorPorts = { otlpGrpc: 4317, otlpHttp: 4318, xray: 2000 };

export interface Collector {
  /** TCP port of the task -> loopback port. */
  ports: Map<number, number>;
  /** UDP port of the task -> loopback port. */
  datagrams: Map<number, number>;
  close(): Promise<void>;
}

/** Is this the image that the collector stands for? */
export const isCollector = (image: string): boolean =>
  /^public\.ecr\.aws\/aws-observability\/aws-otel-collector[:@]/.test(image);

/** Starts a collector on free ports of 127.0.0.1. It logs one line of JSON a batch, as the collector's debug exporter does. */
export async function startCollector(log: (line: string) => void): Promise<Collector> {
  const told = ({ spans, traceIds, services }: Traces, receiver: string) =>
    log(
      JSON.stringify({
        ...{ level: 'info', ts: new Date().toISOString(), msg: 'Traces', kind: 'exporter', data_type: 'traces' },
        ...{ name: 'debug', receiver, spans, 'trace ids': traceIds, services },
      }),
    );
  const http = createPlain((req, res) => void answerHttp(req, res, told));
  const sessions = new Set<ServerHttp2Session>();
  const grpc = createHttp2({}, (req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('error', () => {});
    req.on('end', () => {
      // Five bytes stand before each message: whether it is compressed, and its length.
      const body = Buffer.concat(parts);
      const fault = attempt(() => {
        const message = body.subarray(5);
        told(tracesOfProtobuf(body[0] ? gunzipSync(message) : message), 'otlp/grpc');
      });
      res.writeHead(200, { 'content-type': 'application/grpc' });
      if (!fault) res.write(Buffer.alloc(5));
      res.addTrailers({ 'grpc-status': fault ? '3' : '0', ...(fault ? { 'grpc-message': fault } : {}) });
      res.end();
    });
  });
  grpc.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });
  const xray = createSocket('udp4', (datagram) => {
    // A line of header, then a segment: "X-Ray segment documents", sending segment documents to the daemon.
    const [, segment = ''] = datagram.toString('utf8').split(/\n(.*)/s);
    const fault = attempt(() => {
      const { trace_id: id, name } = JSON.parse(segment) as { trace_id: string; name: string };
      told({ spans: 1, traceIds: [id], services: [name] }, 'awsxray');
    });
    if (fault) log(JSON.stringify({ level: 'warn', msg: 'Dropped a datagram that is no segment', error: fault }));
  });
  for (const server of [http, grpc]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  await new Promise<void>((done) => xray.bind(0, '127.0.0.1', () => done()));
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  return {
    ports: new Map([
      [collectorPorts.otlpHttp, port(http)],
      [collectorPorts.otlpGrpc, port(grpc)],
    ]),
    datagrams: new Map([[collectorPorts.xray, port(xray)]]),
    async close() {
      const closed = [http, grpc].map((server) => new Promise((done) => server.close(done)));
      http.closeAllConnections();
      for (const session of sessions) session.destroy();
      await Promise.all([...closed, new Promise<void>((done) => xray.close(() => done()))]);
    },
  };
}

/** OTLP/HTTP: POST /v1/traces, as JSON or protocol buffers. Source: OTLP specification, "OTLP/HTTP". */
async function answerHttp(
  req: IncomingMessage,
  res: ServerResponse,
  told: (traces: Traces, receiver: string) => void,
): Promise<void> {
  const parts: Buffer[] = [];
  try {
    for await (const part of req) parts.push(part as Buffer);
  } catch {
    return; // the exporter went away
  }
  if (req.method !== 'POST' || !/^\/v1\/(traces|metrics|logs)$/.test(req.url ?? ''))
    return void res.writeHead(404).end();
  const json = req.headers['content-type']?.startsWith('application/json');
  const fault = attempt(() => {
    if (req.url !== '/v1/traces') return;
    const sent = Buffer.concat(parts);
    const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    told(json ? tracesOfJson(body.toString('utf8')) : tracesOfProtobuf(body), 'otlp/http');
  });
  if (fault) return void res.writeHead(400, { 'content-type': 'text/plain' }).end(fault);
  res.writeHead(200, { 'content-type': json ? 'application/json' : 'application/x-protobuf' });
  res.end(json ? '{}' : undefined);
}

/** What went wrong, if anything did. */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

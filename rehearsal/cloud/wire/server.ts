import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer, type Backend } from './answer';
import { unpackBody } from './body';
import type { Reply, Request } from './wire';

/** An HTTP server that speaks every service's wire format. The caller makes it listen. */
export function wireServer(backend: Backend): Server {
  return createServer(async (incoming, outgoing) => {
    const requestId = randomUUID();
    const request = await read(incoming).catch(() => undefined);
    if (!request) return; // the client went away
    write(outgoing, await answer(backend, request, requestId), requestId, incoming.method === 'HEAD');
  });
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = incoming.headers as Record<string, string>;
  const url = new URL(incoming.url!, 'http://local');
  return {
    method: incoming.method!,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: unpackBody(Buffer.concat(chunks), headers),
  };
}

function write(outgoing: ServerResponse, reply: Reply, requestId: string, headOnly: boolean): void {
  // Serializers return subclasses of Uint8Array that the HTTP server does not take.
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : bufferOf(reply.body);
  outgoing.writeHead(reply.status ?? 200, {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...(headOnly ? {} : { 'content-length': String(body.length) }),
    ...reply.headers,
  });
  outgoing.end(headOnly ? undefined : body);
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

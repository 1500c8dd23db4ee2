import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request whose body has been read. */
export interface Request {
  method: string;
  /** Without the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** The body as it came. */
  content: Buffer;
  /** Parsed JSON; undefined where there was no body. */
  body: unknown;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Undefined where nothing is known under that method and path. */
export type Handler = (request: Request) => Promise<Answer> | Answer | undefined;

/** An error that the caller may read, and that is the caller's to mend. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers?: Record<string, string>,
  ) {
    super(message);
  }

  get answer(): Answer {
    return { status: this.status, body: { error: { code: this.code, message: this.message } }, headers: this.headers };
  }
}

const longestBody = 64 * 1024;

/** Reads the body. Refuses one that is longer than 64 KiB. */
export async function readContent(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Refusal(413, 'body_too_long', `send at most ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Refuses what is no JSON. */
export function parseBody(content: Buffer): unknown {
  if (content.length === 0) return undefined;
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new Refusal(400, 'invalid_json', 'the body is not JSON');
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './http';

export interface Traced {
  answer: Answer;
  /** Also in the log line of the request, so that one leads to the other. */
  traceId?: string;
}

/** Spans of requests that come in and of calls that go out. */
export interface Tracing {
  /** @param route path without what differs from one request to the next */
  incoming(
    request: { method: string; route: string; headers: IncomingHttpHeaders },
    handle: () => Promise<Answer>,
  ): Promise<Traced>;
  /** Hands `send` the headers by which the called service continues the trace. */
  outgoing<T>(
    call: { method: string; url: URL; service: string },
    send: (headers: Record<string, string>) => Promise<T>,
  ): Promise<T>;
  /** Sends what is left. */
  end(): Promise<void>;
}

/** Where there is no collector. */
export const untraced: Tracing = {
  incoming: async (_, handle) => ({ answer: await handle() }),
  outgoing: (_, send) => send({}),
  end: () => Promise.resolve(),
};

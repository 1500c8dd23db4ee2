import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, RandomIdGenerator } from '@opentelemetry/sdk-trace-node';
import type { Log } from './log';
import type { Tracing } from './tracing';

export interface OpenTelemetryProps {
  /** Where the collector takes OTLP over HTTP, as in 'http://127.0.0.1:4318'. */
  endpoint: URL;
  service: string;
  version: string;
  environment: string;
  log: Log;
}

/** Makes spans and sends them to a collector, in batches and in JSON. A collector that does not answer is told once a minute, and disturbs nothing. */
export function openTelemetry(props: OpenTelemetryProps): Tracing {
  const random = new RandomIdGenerator();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': props.service,
      'service.version': props.version,
      'deployment.environment.name': props.environment,
    }),
    // X-Ray once took ids that begin with the time only. Since 2023 it takes W3C's too, from collectors as of v0.34 (open-telemetry/
    // opentelemetry-dotnet-contrib#1531); an id with the time in it fits both, and a collector of any version.
    idGenerator: {
      generateTraceId: () =>
        Math.floor(Date.now() / 1000)
          .toString(16)
          .padStart(8, '0') + random.generateTraceId().slice(8),
      generateSpanId: random.generateSpanId,
    },
    spanProcessors: [
      new BatchSpanProcessor(exporter(props), { scheduledDelayMillis: 2000, exportTimeoutMillis: 5000 }),
    ],
  });
  // Also continues traces from one service to the next, by W3C's traceparent, and through asynchronous code.
  provider.register();
  const tracer = provider.getTracer(props.service);
  return {
    incoming({ method, route, headers }, handle) {
      const parent = propagation.extract(context.active(), headers);
      const attributes = { 'http.request.method': method, 'http.route': route };
      return tracer.startActiveSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent, (span) =>
        ended(span, async () => {
          const answer = await handle();
          span.setAttribute('http.response.status_code', answer.status);
          if (answer.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          return { answer, traceId: span.spanContext().traceId };
        }),
      );
    },
    outgoing({ method, url, service }, send) {
      const attributes = {
        'http.request.method': method,
        'server.address': url.hostname,
        'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
        'url.full': url.href,
        'peer.service': service,
      };
      return tracer.startActiveSpan(`${method} ${url.pathname}`, { kind: SpanKind.CLIENT, attributes }, (span) =>
        ended(span, () => {
          const headers: Record<string, string> = {};
          propagation.inject(trace.setSpan(context.active(), span), headers);
          return send(headers);
        }),
      );
    },
    end: () => provider.shutdown(),
  };
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

function exporter({ endpoint, log }: OpenTelemetryProps): OTLPTraceExporter {
  const made = new OTLPTraceExporter({ url: new URL('/v1/traces', endpoint).href, timeoutMillis: 3000 });
  const send = made.export.bind(made);
  let told = 0;
  made.export = (spans, done) =>
    send(spans, (result) => {
      if (result.error && Date.now() - told > 60_000) {
        told = Date.now();
        log('warn', 'the collector does not take spans', { reason: result.error.message });
      }
      done(result);
    });
  return made;
}

import { healthCheck } from './health-check';
import type { Handler } from './http';
import { jsonLog } from './log';
import { Runtime } from './runtime';
import { serve } from './server';
import { Settings } from './settings';

export interface ServiceProps {
  /** Path under which the load balancer reaches the service. @default none: internal */
  path?: string;
  /** Reads the service's own settings and makes its handler. */
  handler: (runtime: Runtime) => Handler;
}

/** Entry of every service: `--health` asks a running one, anything else starts it. Wrong settings end it with exit code 1. */
export function main(props: ServiceProps): void {
  const { SERVICE_NAME: service = 'unknown', VERSION: version = 'unknown', ENVIRONMENT = 'unknown' } = process.env;
  const log = jsonLog({ service, version, environment: ENVIRONMENT });
  try {
    start(props, new Runtime(new Settings(process.env), log));
  } catch (error) {
    log('error', error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function start({ path, handler }: ServiceProps, runtime: Runtime): void {
  const { settings, log } = runtime;
  const port = settings.integer('PORT', 1, 65535);
  if (process.argv.includes('--health')) {
    settings.check();
    return healthCheck(port);
  }
  const [service, environment, version] = ['SERVICE_NAME', 'ENVIRONMENT', 'VERSION'].map((name) => settings.text(name));
  // At most 12, so that the last requests end within 20 s of SIGTERM.
  const drainSeconds = settings.integer('DRAIN_SECONDS', 0, 12, 10);
  const endpoint = settings.url('OTEL_EXPORTER_OTLP_ENDPOINT');
  const handle = handler(runtime);
  settings.check();
  if (endpoint) {
    // Loaded only where it is used: it would double the time that a start takes.
    const { openTelemetry }: typeof import('./open-telemetry') = require('./open-telemetry');
    runtime.tracing = openTelemetry({
      endpoint,
      service: service!,
      version: version!,
      environment: environment!,
      log,
    });
    runtime.onEnd(() => runtime.tracing.end());
  }
  serve({ port, host: process.env.HOST, version: version!, path, handle, runtime, drainSeconds });
}

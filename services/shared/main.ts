import { healthCheck } from './health-check';
import type { Handler } from './http';
import { jsonLog, type Log } from './log';
import { serve } from './server';
import { Settings } from './settings';

export interface ServiceProps {
  /** Path under which the load balancer reaches the service. @default none: internal */
  path?: string;
  /** Reads the service's own settings and makes its handler. */
  handler: (settings: Settings, log: Log) => Handler;
}

/** Entry of every service: `--health` asks a running one, anything else starts it. Wrong settings end it with exit code 1. */
export function main({ path, handler }: ServiceProps): void {
  const settings = new Settings(process.env);
  const log = jsonLog({
    service: process.env.SERVICE_NAME ?? 'unknown',
    version: process.env.VERSION ?? 'unknown',
    environment: process.env.ENVIRONMENT ?? 'unknown',
  });
  try {
    const port = settings.integer('PORT', 1, 65535);
    if (process.argv.includes('--health')) {
      settings.check();
      return healthCheck(port);
    }
    for (const name of ['SERVICE_NAME', 'ENVIRONMENT']) settings.text(name);
    const version = settings.text('VERSION');
    // At most 12, so that the last requests end within 20 s of SIGTERM.
    const drainSeconds = settings.integer('DRAIN_SECONDS', 0, 12, 10);
    const handle = handler(settings, log);
    settings.check();
    serve({ port, host: process.env.HOST, version, path, handle, log, drainSeconds });
  } catch (error) {
    log('error', error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from './runtime';

/** Seconds that a request which is under way may take after the service has stopped to accept others. */
const lastRequestSeconds = 8;
/** Seconds for what is left to do after that: the last spans, and the database's connections. */
const lastWorkSeconds = 4;

/**
 * Ends a server so that no request is lost. ECS takes the task off the load balancer and out of Cloud Map before it sends
 * SIGTERM, but callers may know its address a little longer, or hold a connection. So it goes on answering everything,
 * with `connection: close`, for `seconds`; then it stops to listen and finishes what is under way. Fargate kills after
 * the container's stop timeout (30 s unless declared).
 */
export class Drain {
  started = false;

  constructor(
    private readonly server: Server,
    private readonly runtime: Runtime,
    private readonly seconds: number,
  ) {}

  /** @param exitCode of the process where every request was answered */
  start(exitCode = 0): void {
    if (this.started) return;
    this.started = true;
    this.runtime.log('info', 'draining', { seconds: this.seconds });
    void this.finish(exitCode);
  }

  private async finish(exitCode: number) {
    const { log } = this.runtime;
    await sleep(this.seconds * 1000);
    const closed = new Promise<boolean>((resolve) => this.server.close(() => resolve(true)));
    this.server.closeIdleConnections();
    const complete = await Promise.race([closed, sleep(lastRequestSeconds * 1000, false)]);
    await Promise.race([this.runtime.ended(), sleep(lastWorkSeconds * 1000)]);
    if (complete) log('info', 'stopped');
    else log('warn', `stopped with requests under way for more than ${lastRequestSeconds} s`);
    process.exit(complete ? exitCode : 1);
  }
}

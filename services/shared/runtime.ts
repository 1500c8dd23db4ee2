import type { Log } from './log';
import type { Settings } from './settings';
import { untraced, type Tracing } from './tracing';

/** What a service's parts share while it runs. */
export class Runtime {
  tracing: Tracing = untraced;
  private readonly starts: (() => void)[] = [];
  private readonly ends: (() => Promise<void>)[] = [];
  /** Ends the service, as SIGTERM does, with exit code 1: for what only a new task can mend. */
  fail: () => void = () => process.exit(1);

  constructor(
    readonly settings: Settings,
    readonly log: Log,
  ) {}

  /** Called once, when the service listens. */
  onStart(start: () => void): void {
    this.starts.push(start);
  }

  /** Called once, when the last request is answered. */
  onEnd(end: () => Promise<void>): void {
    this.ends.push(end);
  }

  started(): void {
    for (const start of this.starts) start();
  }

  /** Ends every part at once; one that fails to end keeps no other from it. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.ends.map((end) => end()));
  }
}

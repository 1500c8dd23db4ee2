/** Waits that AWS counts in seconds and minutes, divided by the speed. Timestamps are real ones. */
export class Clock {
  constructor(
    readonly speed = 60,
    /** Fewest real milliseconds of a metric's or a limit's minute: processes are busy for real seconds, whatever the speed. */
    private readonly leastMinute = 5000,
  ) {}

  /** Real milliseconds of a metric's period, or of a limit for what real processes do meanwhile. */
  period(seconds: number): number {
    return (Math.max(this.milliseconds(60), this.leastMinute) * seconds) / 60;
  }

  now(): Date {
    return new Date();
  }

  /** Milliseconds that so many of AWS's seconds take here. */
  milliseconds(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }

  /** Resolves after so many of AWS's seconds; at once when the signal aborts. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return this.wait(this.milliseconds(seconds), signal);
  }

  /** Like sleep, where the time is a limit for what real processes do meanwhile. */
  limit(seconds: number, signal?: AbortSignal): Promise<void> {
    return this.wait(this.period(seconds), signal);
  }

  private wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done) => {
      if (signal?.aborted) return done();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        done();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
    });
  }
}

/** Waits that AWS counts in seconds and minutes, divided by the speed. Timestamps are real ones. */
export class Clock {
  constructor(
    readonly speed = 60,
    /** Fewest real milliseconds of a metric's minute: processes that start or end are busy for real seconds, whatever the speed. */
    private readonly leastMinute = 5000,
  ) {}

  /** Real milliseconds of a metric's period: what alarms count in. */
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
    return new Promise((done) => {
      if (signal?.aborted) return done();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        done();
      };
      const timer = setTimeout(end, this.milliseconds(seconds));
      signal?.addEventListener('abort', end);
    });
  }
}

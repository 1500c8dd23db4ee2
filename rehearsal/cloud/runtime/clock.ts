/** Waits that AWS counts in seconds and minutes, divided by the speed. Timestamps are real ones. */
export class Clock {
  constructor(readonly speed = 60) {}

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

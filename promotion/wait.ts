/** How waiting passes time; tests give one that does not. */
export interface Pace {
  /** Seconds between two looks. */
  seconds: number;
  sleep: (seconds: number) => Promise<void>;
  /** Seconds since some fixed moment. */
  now: () => number;
}

/** Real time, with a look every `seconds`. */
export const realPace = (seconds: number): Pace => ({
  seconds,
  sleep: (s) => new Promise((resolve) => setTimeout(resolve, s * 1000)),
  now: () => Date.now() / 1000,
});

/** A wait that took longer than its limit. */
export class TookTooLong extends Error {}

/**
 * Looks again and again until `look` answers something.
 * @param limit seconds after which it throws TookTooLong.
 * @param what completes the sentence 'waited 600 s for …'.
 */
export async function until<T>(
  pace: Pace,
  limit: number,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const start = pace.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (pace.now() - start >= limit) throw new TookTooLong(`waited ${limit} s for ${what}`);
    await pace.sleep(pace.seconds);
  }
}

/** Says a line only when it differs from the one before, so that a long wait stays readable. */
export function onChange(say: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) say(line);
    last = line;
  };
}

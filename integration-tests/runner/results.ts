/** How one check ended. */
export interface Result {
  /** Names of its suite and of itself. */
  path: string[];
  seconds: number;
  failures: string[];
  skipped: boolean;
}

/** What a person reads at the end: the failures, then the count. A run without checks has not passed: it has checked nothing. */
export function summary(results: Result[]): { lines: string[]; passed: boolean } {
  const failed = results.filter((r) => r.failures.length);
  const done = results.filter((r) => !r.skipped);
  const seconds = results.reduce((sum, r) => sum + r.seconds, 0).toFixed(1);
  const lines = failed.flatMap((r) => ['', `FAILED ${r.path.join(' › ')}`, ...r.failures.flatMap(indented)]);
  if (!done.length) return { lines: [...lines, '', 'No check ran, so nothing is known to work.'], passed: false };
  const count = `${done.length - failed.length} of ${done.length} checks passed in ${seconds} s`;
  const skipped = results.length - done.length;
  return { lines: [...lines, '', skipped ? `${count}, ${skipped} skipped` : count], passed: !failed.length };
}

const indented = (text: string): string[] => text.split('\n').map((line) => `  ${line}`);

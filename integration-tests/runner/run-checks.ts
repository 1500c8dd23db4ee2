import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addEventHandler, run } from 'jest-circus';
import { installGlobals } from './globals';
import { junitXml } from './junit';
import { type Result, summary } from './results';

export interface Suite {
  /** Name of its file, without the endings. */
  name: string;
  /** Loads the file, which declares its checks. */
  load: () => unknown;
}

/**
 * Runs suites on Jest's own runner, but without Jest: no file look-up, no transformation, no worker processes.
 * Says each check as it ends, and writes `live-checks.xml`, and the count as `live-checks.txt`, into the folder of reports.
 * @returns the exit code: 0 where all checks passed and there was one, else 1.
 */
export async function runChecks(suites: Suite[], reports: string, say: (line: string) => void): Promise<number> {
  installGlobals();
  for (const suite of suites) suite.load();
  addEventHandler((event) => {
    if (event.name !== 'test_done') return;
    const { test } = event;
    const sign = test.errors.length ? '✗' : '✓';
    say(`${sign} ${namesOf(test).join(' › ')} (${((test.duration ?? 0) / 1000).toFixed(1)} s)`);
  });
  const { testResults, unhandledErrors } = await run();
  const results: Result[] = testResults.map(({ testPath, errors, errorsDetailed, duration, status }) => ({
    // The first is the runner's own root.
    path: testPath.slice(1).map(String),
    seconds: (duration ?? 0) / 1000,
    failures: errors.map((error, i) => (errorsDetailed[i] as Error | undefined)?.message || error),
    skipped: status !== 'done',
  }));
  if (unhandledErrors.length) {
    results.push({
      path: ['live-checks', 'outside of a check'],
      seconds: 0,
      failures: unhandledErrors,
      skipped: false,
    });
  }
  const file = join(reports, 'live-checks.xml');
  mkdirSync(reports, { recursive: true });
  writeFileSync(file, junitXml(results));
  const { lines, passed } = summary(results);
  writeFileSync(join(reports, 'live-checks.txt'), `${lines.at(-1)}\n`);
  for (const line of [...lines, `Report: ${file}`]) say(line);
  return passed ? 0 : 1;
}

interface Named {
  name: unknown;
  parent?: Named;
}
const namesOf = ({ name, parent }: Named): string[] => (parent ? [...namesOf(parent), String(name)] : []);

import type { Environment } from '../cloud/state';
import { ended, historyOf, type Execution } from '../runner/state';

/**
 * Resolves once no execution of the pipeline is under way, a restart after its change included, to the newest one.
 * @param known how often executions were started or retried before: it waits for another time.
 */
export async function followToEnd(env: Environment, pipeline: string, known = 0): Promise<Execution | undefined> {
  const history = historyOf(env, pipeline);
  const signal = env.cloud.signal;
  for (;;) {
    const newest = history.begun > known ? history.executions.at(-1) : undefined;
    if (signal.aborted) return newest;
    const under = history.executions.filter((e) => !ended(e));
    const restarts = newest?.status === 'Cancelled' && newest.pipeline.restartOnUpdate;
    if (newest && !under.length && !restarts) return newest;
    await Promise.race([...under.map((e) => e.finished), new Promise((done) => setTimeout(done, 100))]);
  }
}

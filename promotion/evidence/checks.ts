import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckEvidence, evidenceKey } from '../../declarations/evidence';
import { checksIn } from './junit';
import { record, type Recorded, storeOf } from './record';

/** File that the live checks leave in the folder of their reports. */
const reportFile = 'live-checks.xml';

/**
 * Keeps the live checks' JUnit; where they failed, also the evidence of a refused release.
 * @param folder of the reports
 * @param refused whether the step is about to fail
 */
export async function recordChecks(work: Recorded, folder: string, refused: boolean): Promise<void> {
  const { stage, evidence, say } = work;
  const file = join(folder, reportFile);
  const xml = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (xml) {
    const store = storeOf(work);
    const key = evidenceKey(stage.system.name, stage.environment.name, evidence.execution, 'checks.xml');
    await store.put(key, xml);
    say(`The checks' results: ${store.uri(key)}`);
  } else if (!refused) throw new Error(`The live checks left no ${file}: nothing is known to work`);
  if (!refused) return;
  const checks = xml ? checksIn(xml) : [];
  await record(work, { checks, refusal: { step: 'live-checks', reasons: reasonsIn(checks) } });
}

/** Why a release is refused: the checks that failed, by name. */
export function reasonsIn(checks: CheckEvidence[]): string[] {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  if (!failed.length) return ["The live checks ended without naming one that failed: see the step's log"];
  return failed.map(({ suite, name, message }) => `${suite} › ${name}: ${message!.split('\n')[0]}`);
}

import { existsSync, readFileSync } from 'node:fs';
import { type Evidence, evidenceKey, promotedKey, writeEvidence } from '../../declarations/evidence';
import { reasonsIn } from '../../promotion/evidence/checks';
import { checksIn } from '../../promotion/evidence/junit';
import { serviceEvidence } from '../../promotion/evidence/services';
import type { Work } from '../../promotion/work';
import type { EvidenceBucket } from './evidence-bucket';
import type { Outcome } from './gate';

export interface GoneBack {
  id: string;
  target: Evidence;
  by: string;
  reason: string;
  /** Execution that was left. */
  from: string;
  /** The live checks' JUnit. */
  report: string;
}

/**
 * Writes down what became of it, as the pipeline does of a release: who, why and from where beside it.
 * @param work its outputs tell of what serves again
 * @returns where it lies
 */
export async function recordGoingBack(
  work: Work,
  bucket: EvidenceBucket,
  { id, target, by, reason, from, report }: GoneBack,
  { refusedBy }: Outcome,
): Promise<string> {
  const { system, environment } = work.stage;
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : undefined;
  const checks = xml ? checksIn(xml) : [];
  const reasons = refusedBy === 'checks' ? reasonsIn(checks) : [`${refusedBy} refused it: see ${by}'s terminal`];
  const text = writeEvidence({
    ...target,
    ...{ execution: id, approval: null, checks, steps: [], written: new Date().toISOString() },
    outcome: refusedBy ? 'refused' : 'promoted',
    refusal: refusedBy ? { step: refusedBy, reasons } : null,
    rollback: { by, reason, from },
    services: await serviceEvidence(work),
  });
  const key = (file: 'release-evidence.json' | 'checks.xml') => evidenceKey(system.name, environment.name, id, file);
  if (xml) await bucket.put(key('checks.xml'), xml);
  if (!refusedBy) await bucket.put(promotedKey(system.name, environment.name), text);
  return bucket.put(key('release-evidence.json'), text);
}

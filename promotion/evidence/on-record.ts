import { promote } from '../promote';
import { release } from '../release';
import type { Work } from '../work';
import { isSameArtifact } from './compare';
import { record, type Recorded } from './record';

/** Is it a pipeline's step, which keeps evidence? */
export const isRecorded = (work: Work): work is Recorded => work.evidence !== undefined && work.commit !== undefined;

/** Releases; where that fails, the evidence says why. A release that holds is on record with its promotion, or with the checks that refuse it. */
export async function releaseOnRecord(work: Work): Promise<boolean> {
  const released = await outcomeOf(work, () => release(work));
  if (!released && isRecorded(work)) await refused(work, 'release');
  return released;
}

/** Promotes what the stage before promoted, digest by digest, and writes down what became of it. */
export async function promoteOnRecord(work: Work & { commit: string }): Promise<boolean> {
  if (!isRecorded(work)) return promote(work);
  const promoted = await outcomeOf(work, async () => (await isSameArtifact(work)) && (await promote(work)));
  if (!promoted) await refused(work, 'promotion');
  else await record(work);
  return promoted;
}

/** What failed in an unforeseen way has failed for a reason, too. */
const outcomeOf = (work: Work, command: () => Promise<boolean>): Promise<boolean> =>
  command().catch((error: Error) => {
    work.fail(error.message);
    return false;
  });

/** The step fails anyway, and for the reason that it said: evidence that cannot be written must not hide it. */
async function refused(work: Recorded, step: string): Promise<void> {
  const reasons = work.reasons.length ? work.reasons : ["It failed without a reason: see the step's log"];
  // The checks have not run where the release failed.
  const checks = step === 'release' ? [] : undefined;
  await record(work, { refusal: { step, reasons }, checks }).catch((error: Error) =>
    work.say(`The evidence could not be written. ${error.message}`),
  );
}

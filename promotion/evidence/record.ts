import {
  type CheckEvidence,
  type Evidence,
  evidenceKey,
  promotedKey,
  writeEvidence,
} from '../../declarations/evidence';
import type { Work } from '../work';
import { actionsOf, approvalOf, stepsOf } from './history';
import { checksIn } from './junit';
import { serviceEvidence } from './services';
import { EvidenceStore } from './store';
import type { EvidenceTarget } from './target';

/** What became of a release. */
export interface Outcome {
  /** Why it was refused, and by which step. @default it was promoted */
  refusal?: NonNullable<Evidence['refusal']>;
  /** @default those that the live checks of this execution left in the bucket */
  checks?: CheckEvidence[];
}

/** Work of a pipeline's step, which keeps evidence. */
export type Recorded = Work & { evidence: EvidenceTarget; commit: string };

export const storeOf = ({ clients, evidence }: Pick<Recorded, 'clients' | 'evidence'>) =>
  new EvidenceStore(clients.toolingS3, evidence.bucket);

/** Writes the evidence of this execution in this stage, as one more version where there is one; promoted, also as the stage's newest. */
export async function record(work: Recorded, { refusal, checks }: Outcome = {}): Promise<void> {
  const { stage, evidence, clients, commit, say } = work;
  const { system, environment } = stage;
  const store = storeOf(work);
  const key = (file: 'release-evidence.json' | 'checks.xml') =>
    evidenceKey(system.name, environment.name, evidence.execution, file);
  const actions = await actionsOf(clients.toolingPipeline, evidence.pipeline, evidence.execution);
  const text = writeEvidence({
    schema: 1,
    system: system.name,
    stage: environment.name,
    account: environment.account,
    region: environment.region,
    pipeline: evidence.pipeline,
    execution: evidence.execution,
    commit,
    outcome: refusal ? 'refused' : 'promoted',
    refusal: refusal ?? null,
    services: await serviceEvidence(work),
    checks: checks ?? checksIn(await store.get(key('checks.xml'))),
    approval: approvalOf(actions, environment.name),
    steps: stepsOf(actions, environment.name),
    written: new Date().toISOString(),
  });
  await store.put(key('release-evidence.json'), text);
  if (!refusal) await store.put(promotedKey(system.name, environment.name), text);
  say(`Evidence: ${store.uri(key('release-evidence.json'))}`);
}

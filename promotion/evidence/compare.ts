import { evidenceKey, readEvidence } from '../../declarations/evidence';
import { differences } from '../decisions/same-artifact';
import { stop } from '../stop';
import { type Recorded, storeOf } from './record';
import { runningDigests } from './services';

/**
 * Sees that this stage is about to serve what the stage before it promoted in the same execution, digest by digest. Where not, stops what is
 * held, says what to do, and answers false. True too where there is no stage before.
 */
export async function isSameArtifact(work: Recorded): Promise<boolean> {
  const { stage, evidence, say } = work;
  if (!evidence.previous) return true;
  const store = storeOf(work);
  const key = evidenceKey(stage.system.name, evidence.previous, evidence.execution, 'release-evidence.json');
  const different = await comparison(work, key).catch((error: Error) => [error.message]);
  if (!different.length) {
    say(`Every service runs the digest that ${evidence.previous} promoted.`);
    return true;
  }
  for (const line of different) work.fail(line);
  say(`Nothing is promoted: it is not known to be what ${evidence.previous} checked and promoted in this execution.`);
  say('What is held is rolled back. See who pushed to these repositories or changed task definitions since, then push');
  say(
    `the commit anew, or a newer one: everything is delivered from the first stage on. Compared with ${store.uri(key)}`,
  );
  await stop(work);
  return false;
}

async function comparison(work: Recorded, key: string): Promise<string[]> {
  const { system, environment } = work.stage;
  const store = storeOf(work);
  const before = readEvidence(await store.get(key), store.uri(key));
  const digests = await Promise.all(system.services.map((service) => runningDigests(work, service)));
  const running = system.services.map(({ name }, i) => ({ service: name, digests: digests[i]! }));
  return differences(environment.name, running, before);
}

import type { Stack } from '@aws-sdk/client-cloudformation';
import { emptyBuckets } from './buckets';
import { deleteStacks } from './delete-stacks';
import { stopDeployments } from './deployments';
import { type Leftover, leftovers } from './leftovers';
import { endTasks } from './services';
import { bucketsOf, inWaves } from './stacks';
import type { Work } from './work';

/** Seconds until what was deleted shows no more. */
const settle = 60;

/**
 * Deletes everything of the stage, and looks for what is left.
 * @returns what still exists, one line each: nothing, if all went well. Throws where a stack stays.
 */
export async function destroyStage(work: Work, stacks: Stack[]): Promise<string[]> {
  const { stage, say } = work;
  // Buckets are known by their stacks only, as long as those exist.
  const buckets = (await Promise.all(stacks.map((stack) => bucketsOf(work, stack)))).flat();
  await stopDeployments(work);
  await endTasks(work);
  await emptyBuckets(work, buckets);
  for (const wave of inWaves(stage, stacks)) await deleteStacks(work, wave, buckets);

  const all = leftovers(buckets);
  for (const { what, find, remove } of all) {
    const names = remove ? await find(work) : [];
    if (!names.length) continue;
    await remove!(work, names);
    say(`Deleted ${what}: ${names.length}.`);
  }
  return remainingOf(work, all);
}

/** AWS deletes some of it a moment after it said so. */
async function remainingOf(work: Work, all: Leftover[]): Promise<string[]> {
  const { pace } = work;
  const began = pace.now();
  for (;;) {
    const found = await Promise.all(all.map(async ({ what, find }) => ({ what, names: await find(work) })));
    const remaining = found
      .filter(({ names }) => names.length)
      .map(({ what, names }) => `${what}: ${names.join(', ')}`);
    if (!remaining.length || pace.now() - began >= settle) return remaining;
    await pace.sleep(pace.seconds);
  }
}

import type { Execution } from '../runner/state';
import { followToEnd } from './follow';
import type { Prepared, Rehearsal } from './rehearsal';

/** Prepares a rehearsal and delivers the checkout's commit to every stage, the ground for what is tried there. Throws where that fails. */
export async function firstDelivery(rehearsal: Rehearsal): Promise<{ prepared: Prepared; first: Execution }> {
  const { screen } = rehearsal;
  const prepared = await rehearsal.prepare();
  const { tooling, pipeline } = prepared.recorded;
  const first = await screen.step('first delivery to every stage', async () => {
    await rehearsal.deliver(prepared);
    return followToEnd(tooling, pipeline);
  });
  if (first?.status !== 'Succeeded') throw new Error(`the first delivery has ${first?.status}: run 'npm run rehearse'`);
  screen.line();
  return { prepared, first };
}

import type { Action, Pipeline } from '../runner/definition';
import { stepActions, stepOf } from './step-statements';

/** Steps whose roles are tried, by the name of their actions in every stage. */
export const steps = [
  ...['Synth', 'SelfMutate', 'commit-check', 'images', 'attest'],
  ...['verify-images', 'changes', 'guard', 'watch', 'protect', 'release', 'live-checks', 'promotion', 'keep-images'],
];

export const usage = `npm run least-privilege -- [options]

Takes every statement from every step's role, one at a time, and runs the step again: it has to fail with AccessDenied that
names role, action and resource. A statement that no step misses should not be there.

  --only STEP      try the roles of this step; may be repeated (default: all)
  --list           show the steps
  --results FILE   write how many statements were missed, as Jest counts them
  --verbose        show what the tools and the local cloud say
  --help           show this`;

/** The actions of the pipeline's steps. Throws for a step that is not listed above. */
export function knownActions(pipeline: Pick<Pipeline, 'stages'>): Action[] {
  const actions = stepActions(pipeline);
  const unknown = actions.find((action) => !steps.includes(stepOf(action)));
  if (!unknown) return actions;
  throw new Error(`the pipeline has a step '${stepOf(unknown)}': list it in rehearsal/least-privilege/steps.ts`);
}

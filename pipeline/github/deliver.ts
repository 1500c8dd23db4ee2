import { onChange, realPace } from '../../promotion/wait';
import { program, Refusal, seconds, type Work } from '../programs/program';
import { deliveryOf } from './delivery';
import { deliverySummary } from './delivery-summary';
import { Deployments } from './deployments';
import { endsWell } from './ending';
import { follow } from './follow';
import { type Progress, waitingApproval } from './progress';

/**
 * Starts the pipeline at the run's commit and follows the execution; a run that is repeated goes on following. Shows each environment's
 * deployment on GitHub, and leaves a summary on the page of the run.
 *
 * Waits FOLLOW_SECONDS at most (9000 if not given), for an approval APPROVAL_SECONDS (600), for the execution that replaces one which the
 * pipeline's own change cancelled RESTART_SECONDS (300), with a look every POLL_SECONDS (15). What still goes on then ends the run well.
 * Ends with 1 where the execution failed, was rejected, stopped or cancelled.
 */
export const deliver: Work = async ({ variables, say }) => {
  const { run, executions, region, environments } = deliveryOf(variables);
  const { commit } = run;
  const { pipeline } = executions;
  const deployments = new Deployments(run.github, commit, environments, run.url);
  const sayNew = onChange(say);

  const found = await executions.underWay(commit);
  const id = found ?? (await executions.start(commit));
  say(`${found ? 'Follows' : 'Started'} execution ${id} of ${pipeline}`);
  // What GitHub shows is no reason to lose sight of a delivery.
  const notShown = (error: Error) => sayNew(`not shown on GitHub: ${error.message}`);
  if (found) await deployments.recall().catch(notShown);
  const followed = await follow(id, {
    executions,
    pace: realPace(seconds(variables, 'POLL_SECONDS', 15)),
    limit: seconds(variables, 'FOLLOW_SECONDS', 9000),
    approvalLimit: seconds(variables, 'APPROVAL_SECONDS', 600),
    restartLimit: seconds(variables, 'RESTART_SECONDS', 300),
    seen: async (progress) => {
      sayNew(now(progress));
      await deployments.show(progress).catch(notShown);
    },
  });
  run.summarize(deliverySummary({ ...followed, pipeline, region, commit }));
  const { ending } = followed;
  if (!endsWell(ending)) throw new Refusal(`${ending.kind}: ${ending.sentence}`);
  say(`${ending.kind}: ${ending.sentence}`);
};

/** One line of the log. */
function now(progress: Progress): string {
  const { id, status, stages, ahead } = progress;
  const waiting = waitingApproval(progress);
  if (waiting) return `${id}: waits for approval before ${waiting.stage}`;
  if (ahead.length) return `${id}: queued behind ${ahead.join(', ')}`;
  const running = stages.flatMap(({ name, actions }) =>
    actions.filter((action) => action.status === 'InProgress').map((action) => `${name} ${action.name}`),
  );
  return `${id}: ${running.join(', ') || status}`;
}

program(module, deliver);

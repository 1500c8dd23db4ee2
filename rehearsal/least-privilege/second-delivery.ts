import { liveTaskSets } from '../drills/by-hand';
import { greeting } from '../drills/run-drills';
import { Ground } from '../drills/ground';
import type { Execution } from '../runner/state';
import type { Edits } from '../session/change';
import type { Prepared } from '../session/rehearsal';
import { roleName, withdraw, type StepStatement } from './step-statements';
import { TrialStage } from './trial-stage';

const stageName = 'dev';

/** Changes of a service that CodeDeploy releases, and of one that rolls under ECS. */
const edits: Edits = {
  ...greeting('hello'),
  'services/fraud-detection/src/server.ts': [
    ['return { status: 200, body: assessment }', 'return { status: 200, body: { ...assessment } }'],
  ],
};

/** Delivers another commit into dev, where its promotion lacks what its role is assumed with: green stays held. */
export async function secondDelivery(
  prepared: Prepared,
  first: Execution,
  statements: StepStatement[],
): Promise<TrialStage> {
  const ground = new Ground(prepared, first.sources[0]!.revisionId);
  const stage = ground.stage(stageName);
  const serving = (await liveTaskSets(stage))[0]!.taskDefinition!;
  const assuming = statements.find(
    (one) => roleName(one).endsWith(`-promotion-step-${stageName}`) && one.statement.Action === 'sts:AssumeRole',
  );
  if (!assuming) throw new Error(`no statement lets the promotion of ${stageName} assume its role`);
  const giveBack = withdraw(prepared.cloud, assuming);
  const execution = await ground.deliver('Greet the payer', edits, ground.base).finally(giveBack);
  const failed = execution.runs.filter(({ status }) => status === 'Failed').map(({ action }) => action.name);
  if (failed.join() !== 'promotion')
    throw new Error(`the second delivery has failed at ${failed.join(', ') || 'nothing'}, not at its promotion`);
  return new TrialStage(stage, execution, statements, serving);
}

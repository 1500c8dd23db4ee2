// Going back to blue: a deployment of its own, as CodeDeploy's rollbacks are.
import type { Environment } from '../../state';
import { deleteTaskSet, makePrimary } from '../ecs';
import { checkDelete, checkPrimary } from './permissions';
import { newRecord } from './records';
import { route } from './routes';
import { deployments, type DeploymentRecord } from './state';

const because: Record<string, string> = {
  DEPLOYMENT_FAILURE: 'it failed',
  DEPLOYMENT_STOP_ON_REQUEST: 'it was stopped',
  DEPLOYMENT_STOP_ON_ALARM: 'an alarm was active',
};

/** Starts the rollback of a deployment. Resolves when all traffic is on blue and green is gone. Never rejects. */
export async function rollBack(env: Environment, d: DeploymentRecord, trigger: string): Promise<void> {
  const { clock } = env.cloud;
  const rollback = newRecord(env, {
    ...d,
    creator: 'codeDeployRollback',
    description: `Rollback of ${d.id}`,
  });
  const reason = `Deployment ${d.id} was rolled back because ${because[trigger]}.`;
  rollback.rollbackInfo = { rollbackTriggeringDeploymentId: d.id, rollbackMessage: reason };
  d.rollbackInfo = { rollbackDeploymentId: rollback.id, rollbackMessage: reason };
  Object.assign(rollback, { status: 'InProgress', startTime: clock.now() });
  deployments(env).set(rollback.id, rollback);
  try {
    route(env, d, 'production', 0);
    route(env, d, 'test', 0);
    checkPrimary(env, d);
    makePrimary(env, d.service, d.blue);
    if (d.green) checkDelete(env, d);
    if (d.green) await deleteTaskSet(env, d.service, d.green);
    for (const e of rollback.events) e.status = 'Succeeded';
    rollback.status = 'Succeeded';
  } catch (error: any) {
    rollback.status = 'Failed';
    rollback.error = { code: 'INTERNAL_ERROR', message: error.message };
  }
  rollback.completeTime = clock.now();
}

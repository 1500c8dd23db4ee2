import { type DeploymentInfo, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { existsSync, readFileSync } from 'node:fs';
import { type Evidence, evidenceKey, promotedKey, writeEvidence } from '../../declarations/evidence';
import { taskDefinitionIn } from '../../promotion/decisions/app-spec';
import { getDeployment } from '../../promotion/deployments';
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

/** Writes down what became of it, as the pipeline does of a release: who, why and from where beside it. @returns where it lies */
export async function recordGoingBack(
  work: Work,
  bucket: EvidenceBucket,
  { id, target, by, reason, from, report }: GoneBack,
  { refusedBy }: Outcome,
): Promise<string> {
  const { system, environment } = work.stage;
  const text = writeEvidence({
    ...target,
    ...{ execution: id, approval: null, checks: [], steps: [], written: new Date().toISOString() },
    outcome: refusedBy ? 'refused' : 'promoted',
    refusal: refusedBy ? { step: refusedBy, reasons: [`${refusedBy} refused it: see ${by}'s terminal`] } : null,
    rollback: { by, reason, from },
    services: await Promise.all(target.services.map(async (s) => ({ ...s, deployment: await deploymentOf(work, s) }))),
  });
  const key = (file: 'release-evidence.json' | 'checks.xml') => evidenceKey(system.name, environment.name, id, file);
  if (existsSync(report)) await bucket.put(key('checks.xml'), readFileSync(report, 'utf8'));
  if (!refusedBy) await bucket.put(promotedKey(system.name, environment.name), text);
  return bucket.put(key('release-evidence.json'), text);
}

async function deploymentOf(
  work: Work,
  { name, release, taskDefinition }: Evidence['services'][number],
): Promise<Evidence['services'][number]['deployment']> {
  const service = work.stage.system.services.find((s) => s.name === name);
  if (release === 'ROLLING' || !service) return null;
  const group = await work.outputs.blueGreen(service);
  const { codeDeploy } = work.clients;
  const { deployments = [] } = await codeDeploy.send(
    new ListDeploymentsCommand({
      applicationName: group.DeploymentApplicationName,
      deploymentGroupName: group.DeploymentGroupName,
    }),
  );
  // The newest is the one that went back, unless this service had nothing to go back from.
  const newest = deployments[0] === undefined ? undefined : await getDeployment(codeDeploy, deployments[0]);
  const ours = taskDefinitionIn(newest?.revision?.appSpecContent?.content) === taskDefinition;
  return newest && ours ? told(newest) : null;
}

const told = ({ deploymentId, status, createTime, completeTime, rollbackInfo }: DeploymentInfo) => ({
  ...{ id: deploymentId!, status: status!, started: createTime!.toISOString() },
  ended: completeTime?.toISOString() ?? null,
  rollback: rollbackInfo?.rollbackDeploymentId ?? null,
});

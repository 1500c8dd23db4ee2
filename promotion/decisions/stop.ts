import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';

/** What to do about the deployment of one blue/green service. */
export type Stop =
  | { kind: 'nothing' }
  /** It rolls back already. */
  | { kind: 'wait'; deploymentId: string }
  /** `what` tells a person which one it is. */
  | { kind: 'stop'; deploymentId: string; what: string };

export function decideStop(inFlight: DeploymentInfo | undefined): Stop {
  if (!inFlight) return { kind: 'nothing' };
  const deploymentId = inFlight.deploymentId!;
  if (inFlight.creator === 'codeDeployRollback') return { kind: 'wait', deploymentId };
  return { kind: 'stop', deploymentId, what: `${inFlight.description ?? inFlight.status}` };
}

import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '../../declarations/system';
import type { AppSpec } from './app-spec';
import { hasEnded, releases } from './deployment';

/** What to do about one blue/green service. */
export type Decision =
  | { kind: 'nothing' }
  | { kind: 'start' }
  /** Ours is in flight already: an earlier try of this step started it. */
  | { kind: 'continue'; deploymentId: string }
  /** Somebody else's is in flight, or a rollback. */
  | { kind: 'wait'; deploymentId: string };

/** Decides from the revision that serves, the one that shall, and the deployment in flight. */
export function decide(appSpec: AppSpec, primary: string | undefined, inFlight: DeploymentInfo | undefined): Decision {
  if (inFlight)
    return { kind: releases(inFlight, appSpec) ? 'continue' : 'wait', deploymentId: inFlight.deploymentId! };
  return { kind: primary === appSpec.taskDefinition ? 'nothing' : 'start' };
}

/** What has rolled already comes first: green may call it. */
export const rollingFirst = (services: Service[]): Service[] => [
  ...services.filter((s) => s.release === 'ROLLING'),
  ...services.filter((s) => s.release === 'BLUE_GREEN'),
];

/** How far a deployment is that shall be held: `serves` where an earlier try has promoted it meanwhile. */
export function holdOf(deployment: DeploymentInfo): 'starting' | 'held' | 'serves' | 'failed' {
  if (deployment.status === 'Ready') return 'held';
  if (deployment.status === 'Succeeded') return 'serves';
  return hasEnded(deployment) ? 'failed' : 'starting';
}

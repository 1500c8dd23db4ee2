import type { BlueGreenOutputs } from '../../declarations/outputs';
import type { AppSpec } from './app-spec';
import { shortRevision } from './serving';

/** A service that this run promoted, and the revision that served before. */
export interface Promoted {
  service: string;
  revision: string;
  before: AppSpec;
  outputs: Pick<BlueGreenOutputs, 'DeploymentApplicationName' | 'DeploymentGroupName'>;
}

/** Commands that take a promoted service back: a new deployment of the revision before, held like any other, then its promotion. */
export function takeBack({ service, revision, before, outputs }: Promoted, region: string): string[] {
  const create =
    `aws deploy create-deployment --region ${region} --application-name ${outputs.DeploymentApplicationName} ` +
    `--deployment-group-name ${outputs.DeploymentGroupName} --revision '${JSON.stringify(before.revision)}'`;
  return [
    `${service} serves ${shortRevision(revision)} now. To take it back to ${shortRevision(before.taskDefinition)}:`,
    `  ${create}`,
    `  and once that deployment is Ready: aws deploy continue-deployment --region ${region} --deployment-wait-type READY_WAIT --deployment-id <its id>`,
  ];
}

import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { Service } from '../declarations/system';
import { scaled, suspension } from './decisions/scale-in';
import type { Work } from './work';

type Scaled = Pick<Work, 'clients' | 'stage' | 'say'>;

const resourceId = ({ stage }: Scaled, service: Service): string =>
  `service/${stage.names.cluster}/${stage.names.service(service)}`;

/**
 * Keeps the service's number of tasks from shrinking while traffic shifts: CodeDeploy fails a deployment whose tasks are taken
 * away. Scaling out goes on. Throws where it cannot be done.
 */
export async function suspendScaleIn(work: Scaled, service: Service): Promise<void> {
  const changed = await setSuspended(work, service, true).catch((cause: Error) => {
    throw new Error(`Scaling in cannot be suspended, so traffic does not shift: ${cause.message}`, { cause });
  });
  if (changed) work.say(`${service.name}: scaling in is suspended.`);
}

/** Lets the service scale in again. Never throws; says how to do it where it could not, and answers false. */
export async function resumeScaleIn(work: Scaled, service: Service): Promise<boolean> {
  const { account, region } = work.stage.environment;
  try {
    if (await setSuspended(work, service, false)) work.say(`${service.name}: scaling in is resumed.`);
    return true;
  } catch (error) {
    work.say(
      `${service.name}: scaling in may still be suspended, because it could not be resumed: ${(error as Error).message}\n` +
        `  Resume it with credentials of account ${account}: aws application-autoscaling register-scalable-target --region ${region} ` +
        `--service-namespace ${scaled.ServiceNamespace} --scalable-dimension ${scaled.ScalableDimension} ` +
        `--resource-id ${resourceId(work, service)} --suspended-state DynamicScalingInSuspended=false`,
    );
    return false;
  }
}

/** Answers whether anything changed. */
async function setSuspended(work: Scaled, service: Service, suspended: boolean): Promise<boolean> {
  const { applicationAutoScaling } = work.clients;
  const request = { ...scaled, ResourceIds: [resourceId(work, service)] };
  const { ScalableTargets = [] } = await applicationAutoScaling.send(new DescribeScalableTargetsCommand(request));
  const change = suspension(ScalableTargets[0], suspended);
  if (change) await applicationAutoScaling.send(new RegisterScalableTargetCommand(change));
  return change !== undefined;
}

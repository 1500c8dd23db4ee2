import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, type Service as EcsService, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Service } from '../../declarations/system';
import { TookTooLong, until } from '../../promotion/wait';
import { unlessAbsent, type Work } from './work';

/** Seconds: deregistration delay and stop timeout are below two minutes each. */
const patience = 600;

/**
 * Ends the tasks of every service before its stack is deleted. ECS deletes a service only at a count of 0 (API reference,
 * DeleteService); the count is one of the few things that may be changed of a CODE_DEPLOY service (UpdateService), and it holds for
 * each of its task sets. Tasks that have ended are out of Cloud Map, which deletes no service with instances. Scaling would start them again.
 */
export async function endTasks(work: Work): Promise<void> {
  await Promise.all(work.stage.system.services.map((service) => scaleToZero(work, service)));
}

async function scaleToZero(work: Work, service: Service): Promise<void> {
  const { clients, stage, pace, say } = work;
  const cluster = stage.names.cluster;
  const find = () => activeService(work, cluster, stage.names.service(service));
  if (!(await find())) return;
  await stopScaling(work, `service/${cluster}/${stage.names.service(service)}`);
  const change = { cluster, service: stage.names.service(service), desiredCount: 0 };
  await clients.ecs.send(new UpdateServiceCommand(change));
  const noTask = async () => {
    const live = await find();
    return (live?.runningCount ?? 0) + (live?.pendingCount ?? 0) === 0 || undefined;
  };
  try {
    await until(pace, patience, `the tasks of ${service.name} to end`, noTask);
    say(`${service.name}: its tasks have ended.`);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    say(`${service.name}: ${error.message}; its stack is deleted all the same.`);
  }
}

/** A range of 0 to 0 where there is one: registering none that its stack deleted already would leave one behind. */
async function stopScaling({ clients: { applicationAutoScaling } }: Work, ResourceId: string): Promise<void> {
  const scaled = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
  const request = new DescribeScalableTargetsCommand({ ...scaled, ResourceIds: [ResourceId] });
  const { ScalableTargets = [] } = await applicationAutoScaling.send(request);
  if (!ScalableTargets.length) return;
  const range = { MinCapacity: 0, MaxCapacity: 0 };
  await applicationAutoScaling.send(new RegisterScalableTargetCommand({ ...scaled, ResourceId, ...range }));
}

async function activeService({ clients }: Work, cluster: string, name: string): Promise<EcsService | undefined> {
  const request = new DescribeServicesCommand({ cluster, services: [name] });
  const answer = await unlessAbsent(clients.ecs.send(request), 'ClusterNotFoundException');
  return answer?.services?.find((s) => s.status === 'ACTIVE');
}

import {
  DeleteServiceCommand,
  DescribeTaskDefinitionCommand,
  type Service as EcsService,
  type Task,
} from '@aws-sdk/client-ecs';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '../declarations/system';
import { taskId, tasksOf, unhealthyTargets, whyStopped } from './reasons';
import type { Work } from './work';

/** What is seen of a service that is created for the first time. */
export interface Observation {
  /** Tasks that stopped by themselves or were found unhealthy. */
  failed: Task[];
  /** Tasks that work: healthy targets behind the load balancer, else tasks with a healthy container. */
  healthy: number;
}

/** Failed tasks that make a pattern rather than an accident. */
const manyFailures = 3;

/**
 * Whether a first creation is given up. ECS itself tries on for ever, and CloudFormation waits three hours.
 * @param secondsWithoutHealthy how long no task was healthy.
 */
export function isHopeless({ failed, healthy }: Observation, secondsWithoutHealthy: number, patience: number): boolean {
  return healthy === 0 && failed.length >= manyFailures && secondsWithoutHealthy >= patience;
}

/** A task that stopped for a reason of its own, not because somebody scaled in, deployed or stopped it. */
export function hasFailed(task: Task): boolean {
  if (task.lastStatus !== 'STOPPED') return task.healthStatus === 'UNHEALTHY';
  if (task.stopCode === 'EssentialContainerExited' || task.stopCode === 'TaskFailedToStart') return true;
  return /health checks/.test(task.stoppedReason ?? '');
}

export async function observe(work: Work, service: Service, live: EcsService): Promise<Observation> {
  const running = await tasksOf(work, service, 'RUNNING');
  const stopped = await tasksOf(work, service, 'STOPPED');
  const failed = [...stopped, ...running].filter(hasFailed);
  const groups = targetGroupsOf(live);
  if (!groups.length) return { failed, healthy: running.filter((t) => t.healthStatus === 'HEALTHY').length };
  let healthy = 0;
  for (const TargetGroupArn of groups) {
    const answer = await work.clients.elasticLoadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    healthy += (answer.TargetHealthDescriptions ?? []).filter((t) => t.TargetHealth?.State === 'healthy').length;
  }
  return { failed, healthy };
}

/** A CODE_DEPLOY service names its target groups in its task sets. */
function targetGroupsOf(live: EcsService): string[] {
  const loadBalancers = [...(live.loadBalancers ?? []), ...(live.taskSets ?? []).flatMap((t) => t.loadBalancers ?? [])];
  return [...new Set(loadBalancers.flatMap((l) => l.targetGroupArn ?? []))];
}

/** Says why, then deletes the service: CloudFormation, which waits for it to become stable, fails its creation and rolls back. */
export async function giveUp(work: Work, service: Service, live: EcsService, { failed }: Observation): Promise<void> {
  const { clients, stage, say } = work;
  say(
    `${service.name}: none of its tasks becomes healthy. Ending the first deploy early, because ECS would try on for hours.`,
  );
  failed
    .slice(0, 3)
    .forEach((task) =>
      say(`  ${task.lastStatus === 'STOPPED' ? whyStopped(task) : `task ${taskId(task)} is unhealthy`}`),
    );
  (await unhealthyTargets(work, targetGroupsOf(live))).forEach((line) => say(`  ${line}`));
  const lines = await lastLogLines(work, service, failed[0]!);
  say(
    lines.length
      ? `  last log lines of task ${taskId(failed[0]!)}:`
      : `  task ${taskId(failed[0]!)} has logged nothing.`,
  );
  lines.forEach((line) => say(`    ${line}`));
  const names = { cluster: stage.names.cluster, service: stage.names.service(service) };
  await clients.ecs.send(new DeleteServiceCommand({ ...names, force: true }));
  const stack = stage.names.stack(service.name);
  say(
    `${service.name}: service ${names.service} is deleted, so that stack ${stack} rolls back. Delete the stack before the next try.`,
  );
}

async function lastLogLines(work: Work, service: Service, task: Task): Promise<string[]> {
  const { ecs, logs } = work.clients;
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }));
  const container = answer.taskDefinition?.containerDefinitions?.find((c) => c.name === service.name);
  const options = container?.logConfiguration?.options;
  if (!options) return [];
  const logGroupName = options['awslogs-group'];
  const logStreamName = `${options['awslogs-stream-prefix']}/${service.name}/${taskId(task)}`;
  const events = await logs
    .send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 10 }))
    .catch((error: Error) => {
      if (error.name === 'ResourceNotFoundException') return { events: [] };
      throw error;
    });
  return (events.events ?? []).map((e) => e.message ?? '');
}

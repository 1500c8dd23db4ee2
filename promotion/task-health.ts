import type { LoadBalancer, Task } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '../declarations/system';
import { tasksOf } from './reasons';
import type { Work } from './work';

/** What is seen of tasks that shall become healthy. */
export interface Observation {
  /** Tasks that stopped by themselves or were found unhealthy. */
  failed: Task[];
  /** Tasks that work: healthy targets behind the load balancer, else tasks with a healthy container. */
  healthy: number;
}

/** Failed tasks that make a pattern rather than an accident. */
const manyFailures = 3;

/** Tells when to give tasks up that never become healthy. ECS itself tries on for ever, CloudFormation and CodeDeploy for hours. */
export class Patience {
  private withoutHealthySince?: number;

  /** @param seconds without a healthy task, after which many failures are taken for hopeless */
  constructor(private readonly seconds: number) {}

  /** Whether it ends with this observation, made at this second. */
  endsWith({ failed, healthy }: Observation, now: number): boolean {
    this.withoutHealthySince = healthy ? undefined : (this.withoutHealthySince ?? now);
    if (this.withoutHealthySince === undefined || failed.length < manyFailures) return false;
    return now - this.withoutHealthySince >= this.seconds;
  }
}

/** A task that stopped for a reason of its own, not because somebody scaled in, deployed or stopped it. */
export function hasFailed(task: Task): boolean {
  if (task.lastStatus !== 'STOPPED') return task.healthStatus === 'UNHEALTHY';
  if (task.stopCode === 'EssentialContainerExited' || task.stopCode === 'TaskFailedToStart') return true;
  return /health checks/.test(task.stoppedReason ?? '');
}

/**
 * Looks at the service's tasks.
 * @param targetGroupArns where they are targets; none for an internal service.
 * @param revision only tasks of this task definition. @default all
 */
export async function observe(
  work: Work,
  service: Service,
  targetGroupArns: string[],
  revision?: string,
): Promise<Observation> {
  const ours = (task: Task) => !revision || task.taskDefinitionArn === revision;
  const running = (await tasksOf(work, service, 'RUNNING')).filter(ours);
  const stopped = (await tasksOf(work, service, 'STOPPED')).filter(ours);
  const failed = [...stopped, ...running].filter(hasFailed);
  if (!targetGroupArns.length) return { failed, healthy: running.filter((t) => t.healthStatus === 'HEALTHY').length };
  let healthy = 0;
  for (const TargetGroupArn of targetGroupArns) {
    const answer = await work.clients.elasticLoadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    healthy += (answer.TargetHealthDescriptions ?? []).filter((t) => t.TargetHealth?.State === 'healthy').length;
  }
  return { failed, healthy };
}

/** Target groups of some task sets or of a service. */
export const targetGroupsOf = (behind: { loadBalancers?: LoadBalancer[] }[]): string[] => [
  ...new Set(behind.flatMap((b) => b.loadBalancers ?? []).flatMap((l) => l.targetGroupArn ?? [])),
];

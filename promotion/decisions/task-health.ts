import type { LoadBalancer, Task } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';

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
 * @param tasks the service's: those that are stopped and those that run.
 * @param targets of its target groups; none for an internal service.
 * @param revision only tasks of this task definition. @default all
 */
export function observationOf(
  tasks: { stopped: Task[]; running: Task[] },
  targets: TargetHealthDescription[] | undefined,
  revision?: string,
): Observation {
  const ours = (task: Task) => !revision || task.taskDefinitionArn === revision;
  const running = tasks.running.filter(ours);
  const failed = [...tasks.stopped.filter(ours), ...running].filter(hasFailed);
  const healthy = targets
    ? targets.filter((t) => t.TargetHealth?.State === 'healthy').length
    : running.filter((t) => t.healthStatus === 'HEALTHY').length;
  return { failed, healthy };
}

/** Target groups of some task sets or of a service. */
export const targetGroupsOf = (behind: { loadBalancers?: LoadBalancer[] }[]): string[] => [
  ...new Set(behind.flatMap((b) => b.loadBalancers ?? []).flatMap((l) => l.targetGroupArn ?? [])),
];

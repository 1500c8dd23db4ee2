import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Task } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Stopped tasks tend to say the same: so many are told. */
const told = 3;

/** Id of a task: the last part of its ARN, as in log stream names. */
export const taskId = ({ taskArn }: Pick<Task, 'taskArn'>): string => taskArn!.split('/').pop()!;

/** Why a task stopped, in one line. */
export function whyStopped(task: Task): string {
  const containers = (task.containers ?? [])
    .filter((c) => c.reason || c.exitCode)
    .map(
      (c) =>
        `container ${c.name}: ${[c.exitCode !== undefined && `exit code ${c.exitCode}`, c.reason].filter(Boolean).join(', ')}`,
    );
  return [`task ${taskId(task)} stopped: ${task.stoppedReason ?? 'no reason given'}`, ...containers].join('; ');
}

/** What is wrong with tasks that failed, one line each. */
export const whyFailed = (failed: Task[]): string[] =>
  failed
    .slice(0, told)
    .map((task) => (task.lastStatus === 'STOPPED' ? whyStopped(task) : `task ${taskId(task)} is unhealthy`));

/** The targets that do not answer their health check, one line each. */
export function describeUnhealthy(targets: TargetHealthDescription[]): string[] {
  return targets
    .filter((t) => t.TargetHealth?.State === 'unhealthy')
    .map(({ Target, TargetHealth: h }) => {
      const why = [h?.Reason, h?.Description].filter(Boolean).join(', ') || 'no reason given';
      return `target ${Target?.Id}:${Target?.Port} is unhealthy: ${why}`;
    });
}

/** When a task stopped, in milliseconds since 1970. */
const stoppedAt = (task: Task): number => task.stoppedAt?.getTime() ?? 0;

/**
 * What CodeDeploy tells about a deployment that failed, and the tasks of its revision that stopped, the latest first: an earlier try
 * of the same revision has left its own.
 */
export function whyNotUp(deployment: DeploymentInfo | undefined, stopped: Task[], revision: string): string[] {
  const { code, message } = deployment?.errorInformation ?? {};
  const error = [code, message].filter(Boolean).join(': ');
  const ours = stopped.filter((t) => t.taskDefinitionArn === revision).sort((a, b) => stoppedAt(b) - stoppedAt(a));
  return [...(error ? [`CodeDeploy: ${error}`] : []), ...ours.slice(0, told).map(whyStopped)];
}

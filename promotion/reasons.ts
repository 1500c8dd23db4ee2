import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, type TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '../declarations/system';
import type { Work } from './work';

/** Id of a task: the last part of its ARN, as in log stream names. */
export const taskId = ({ taskArn }: Pick<Task, 'taskArn'>): string => taskArn!.split('/').pop()!;

/** The service's tasks. ECS remembers stopped ones for about an hour. */
export async function tasksOf(work: Work, service: Service, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> {
  const { clients, stage } = work;
  const cluster = stage.names.cluster;
  const request = { cluster, serviceName: stage.names.service(service), desiredStatus };
  const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand(request));
  if (!taskArns.length) return [];
  const { tasks = [] } = await clients.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

/** Why a task stopped, in one line. */
export function whyStopped(task: Task): string {
  const containers = (task.containers ?? [])
    .filter((c) => c.reason || (c.exitCode !== undefined && c.exitCode !== 0))
    .map(
      (c) =>
        `container ${c.name}: ${[c.exitCode !== undefined && `exit code ${c.exitCode}`, c.reason].filter(Boolean).join(', ')}`,
    );
  return [`task ${taskId(task)} stopped: ${task.stoppedReason ?? 'no reason given'}`, ...containers].join('; ');
}

/** The targets that do not answer their health check, one line each. */
export async function unhealthyTargets(
  { clients }: Pick<Work, 'clients'>,
  targetGroupArns: string[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const TargetGroupArn of targetGroupArns) {
    const health = await clients.elasticLoadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    lines.push(...describeUnhealthy(health.TargetHealthDescriptions ?? []));
  }
  return lines;
}

function describeUnhealthy(targets: TargetHealthDescription[]): string[] {
  return targets
    .filter((t) => t.TargetHealth?.State === 'unhealthy')
    .map(({ Target, TargetHealth: h }) => {
      const why = [h?.Reason, h?.Description].filter(Boolean).join(', ') || 'no reason given';
      return `target ${Target?.Id}:${Target?.Port} is unhealthy: ${why}`;
    });
}

/** All that AWS tells about why a revision did not come up; at most three stopped tasks, because they tend to say the same. */
export async function whyNotHealthy(
  work: Work,
  service: Service,
  revision: string,
  targetGroupArns: string[],
  deployment?: DeploymentInfo,
): Promise<string[]> {
  const { code, message } = deployment?.errorInformation ?? {};
  const told = code || message ? [`CodeDeploy: ${[code, message].filter(Boolean).join(': ')}`] : [];
  const stopped = (await tasksOf(work, service, 'STOPPED')).filter((t) => t.taskDefinitionArn === revision);
  return [...told, ...stopped.slice(0, 3).map(whyStopped), ...(await unhealthyTargets(work, targetGroupArns))];
}

import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { accessLog } from '../cloud/services/elastic-load-balancing-v2';
import type { Environment } from '../cloud/state';
import type { Recorded } from './report';
import { administratorSettings } from './toolkit';

/** Requests that one version of a service answered through one listener, by the load balancer's access log. */
export interface Served {
  stage: string;
  listenerPort: number;
  service: string;
  /** Tag of the image that the answering tasks ran. */
  version: string;
  requests: number;
}

/** @param since only requests from that moment on. @default all */
export async function servedByVersion({ stages }: Pick<Recorded, 'stages'>, since = new Date(0)): Promise<Served[]> {
  const counts = new Map<string, Served>();
  for (const { name: stage, env } of stages) {
    const tasks = await tasksOf(env);
    for (const { listenerPort, target, time } of accessLog(env)) {
      if (!target || time < since) continue;
      const { service, version } = runBy(tasks.get(target.split(':')[0]!) ?? [], time);
      const key = [stage, listenerPort, service, version].join(' ');
      const found = counts.get(key) ?? { stage, listenerPort, service, version, requests: 0 };
      found.requests++;
      counts.set(key, found);
    }
  }
  return [...counts.values()];
}

/** Tasks by their address; one address may have had several, one after the other. */
async function tasksOf(env: Environment): Promise<Map<string, Task[]>> {
  const client = new ECSClient(administratorSettings(env));
  const found = new Map<string, Task[]>();
  for (const { id: cluster } of env.list('AWS::ECS::Cluster')) {
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster, desiredStatus }));
      for (let at = 0; at < taskArns.length; at += 100) {
        const { tasks = [] } = await client.send(
          new DescribeTasksCommand({ cluster, tasks: taskArns.slice(at, at + 100) }),
        );
        for (const task of tasks) {
          const details = task.attachments?.flatMap((a) => a.details ?? []) ?? [];
          const ip = details.find((d) => d.name === 'privateIPv4Address')?.value ?? '';
          found.set(ip, [...(found.get(ip) ?? []), task]);
        }
      }
    }
  }
  client.destroy();
  return found;
}

function runBy(tasks: Task[], time: Date): { service: string; version: string } {
  const began = (t: Task) => t.createdAt?.getTime() ?? 0;
  const candidates = tasks.filter((t) => began(t) <= time.getTime()).sort((a, b) => began(b) - began(a));
  const container = (candidates[0] ?? tasks[0])?.containers?.[0];
  const tag = /:([\w.-]+)(?:@|$)/.exec(container?.image?.split('/').pop() ?? '')?.[1];
  return { service: container?.name ?? 'unknown', version: tag ?? container?.imageDigest ?? 'unknown' };
}

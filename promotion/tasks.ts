import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Service } from '../declarations/system';
import type { Work } from './work';

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

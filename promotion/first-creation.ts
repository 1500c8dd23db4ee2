import { DeleteServiceCommand, DescribeTaskDefinitionCommand, type Task } from '@aws-sdk/client-ecs';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Service } from '../declarations/system';
import { describeUnhealthy, taskId, whyFailed } from './decisions/reasons';
import type { Observation } from './decisions/task-health';
import { targetsOf } from './task-health';
import type { Work } from './work';

/** Says why, then deletes the service: CloudFormation, which waits for it to become stable, fails its creation and rolls back. */
export async function giveUp(
  work: Work,
  service: Service,
  targetGroupArns: string[],
  { failed }: Observation,
): Promise<void> {
  const { clients, stage } = work;
  // Other services are watched at the same time: each line says whose it is.
  const say = (line: string) => work.say(`${service.name}: ${line}`);
  say('none of its tasks becomes healthy. Ending the first deploy early, because ECS would try on for hours.');
  whyFailed(failed).forEach((line) => say(`  ${line}`));
  describeUnhealthy(await targetsOf(work, targetGroupArns)).forEach((line) => say(`  ${line}`));
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
  say(`service ${names.service} is deleted, so that stack ${stack} rolls back. Delete the stack before the next try.`);
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

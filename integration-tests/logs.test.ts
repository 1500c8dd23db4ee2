import { DescribeLogGroupsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Task } from '@aws-sdk/client-ecs';
import { taskId } from '../promotion/decisions/reasons';
import { about, eventually } from './support/about';
import { rotates } from './support/keys';
import { running, runningTasks, taskDefinition, versionOf } from './support/services';
import { cli, logs, names, outputs, system } from './support/stage';

/** Log groups that the stage has beside those of its services. */
const shared = [
  names.flowLogGroup,
  names.probeLogGroup,
  ...(system.database ? [`/aws/rds/cluster/${names.database}/postgresql`] : []),
];

describe('logs', () => {
  it.each(shared)('keeps %s encrypted, and as long as declared', (group) => isKept(group));

  it('has its key, which rotates', async () => {
    const { TelemetryKeyArn } = await outputs.network();
    await rotates(TelemetryKeyArn, 'logs and alarms');
  });
});

describe.each(system.services.map((s) => [s.name, s] as const))('logs: %s', (_, service) => {
  const group = names.logGroup(service);

  it('keeps its log group encrypted, and as long as declared', () => isKept(group));

  it('has lines of every task that serves', async () => {
    const { serving } = await running(service);
    await hasLinesOfTasks(
      serving,
      (await runningTasks(service)).filter((t) => t.taskDefinitionArn === serving),
    );
  });

  if (service.release === 'BLUE_GREEN') {
    it('has lines of every task that is held', async () => {
      const { green } = await running(service);
      if (!green?.taskDefinition) return;
      const held = (await runningTasks(service)).filter((t) => t.taskDefinitionArn === green.taskDefinition);
      await hasLinesOfTasks(green.taskDefinition, held);
    });
  }

  /** Each task has written JSON lines since it was started, as its service and in its version. */
  async function hasLinesOfTasks(revision: string, tasks: Task[]): Promise<void> {
    const lookAtTasks = cli(`ecs list-tasks --cluster ${names.cluster} --service-name ${names.service(service)}`);
    await about(
      { resource: `service ${names.service(service)}: has running tasks of ${revision}`, look: lookAtTasks },
      () => {
        expect(tasks.length > 0).toBe(true);
      },
    );
    const version = await versionOf(service, revision);
    const { containerDefinitions = [] } = await taskDefinition(revision);
    const options = containerDefinitions.find((c) => c.name === service.name)?.logConfiguration?.options;
    for (const task of tasks) {
      const stream = `${options?.['awslogs-stream-prefix']}/${service.name}/${taskId(task)}`;
      const look = cli(`logs get-log-events --log-group-name ${group} --log-stream-name ${stream}`);
      const lines = await eventually(
        { resource: `log stream ${stream}: has lines since the task was started`, look },
        () => freshLines(stream, task),
        24,
      );
      await about({ resource: `log stream ${stream}: service and version of its last line`, look }, () => {
        const { service: name, version: found } = parsed(lines.at(-1)!);
        expect([name, found]).toEqual([service.name, version]);
      });
    }
  }

  async function freshLines(logStreamName: string, { createdAt }: Task): Promise<string[]> {
    const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName, limit: 50 }));
    const since = createdAt?.getTime() ?? 0;
    const fresh = events.filter((e) => (e.timestamp ?? 0) >= since).map((e) => e.message ?? '');
    expect(fresh.length > 0).toBe(true);
    return fresh;
  }
});

async function isKept(group: string): Promise<void> {
  const { TelemetryKeyArn } = await outputs.network();
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }));
  const found = logGroups.find((g) => g.logGroupName === group);
  const look = cli(`logs describe-log-groups --log-group-name-prefix ${group}`);
  await about({ resource: `log group ${group}: days kept`, look }, () =>
    expect(found?.retentionInDays).toBe(system.logRetention),
  );
  await about({ resource: `log group ${group}: key`, look }, () => expect(found?.kmsKeyId).toBe(TelemetryKeyArn));
}

function parsed(line: string): { service?: string; version?: string } {
  try {
    return JSON.parse(line) as { service?: string; version?: string };
  } catch {
    throw new Error(`the line is not JSON: ${line.slice(0, 200)}`);
  }
}

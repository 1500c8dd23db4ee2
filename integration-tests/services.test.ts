import { taskRange, taskSize, usesDatabase } from '../declarations/effective';
import { about, eventually } from './support/about';
import { running, runningTasks, taskDefinition } from './support/services';
import { cli, environment, names, outputs, system } from './support/stage';

describe.each(system.services.map((s) => [s.name, s] as const))('services: %s', (_, service) => {
  const name = names.service(service);
  const lookAtService = cli(`ecs describe-services --cluster ${names.cluster} --services ${name}`);
  const subject = (what: string) => ({ resource: `service ${name}: ${what}`, look: lookAtService });

  it('runs as many tasks as it shall', async () => {
    const { minimum, maximum } = taskRange(service, environment);
    await eventually(subject('running tasks'), async () => {
      const { live, primary } = await running(service);
      const desired = live.desiredCount ?? 0;
      expect({ atLeast: desired >= minimum, atMost: desired <= maximum, desired }).toEqual({
        atLeast: true,
        atMost: true,
        desired,
      });
      expect(primary ? primary.runningCount : live.runningCount).toBe(primary ? primary.computedDesiredCount : desired);
    });
  });

  it('spreads its tasks over zones', async () => {
    const { serving } = await running(service);
    const tasks = (await runningTasks(service)).filter((t) => t.taskDefinitionArn === serving);
    const zones = new Set(tasks.map((t) => t.availabilityZone));
    // Fargate spreads as well as it can; all tasks in one zone would be a design that failed.
    const enough = Math.min(2, tasks.length, environment.zones.length);
    await about(subject(`${tasks.length} tasks are in ${[...zones].join(', ')}; in two zones or more`), () => {
      expect(Math.min(2, zones.size)).toBe(enough);
    });
  });

  it('runs the revision that was deployed, or holds it', async () => {
    const { TaskDefinitionArn } = await outputs.service(service);
    const { serving, green, deploymentId } = await running(service);
    if (!deploymentId) return about(subject('revision that serves'), () => expect(serving).toBe(TaskDefinitionArn));
    await about(subject(`revision that deployment ${deploymentId} holds`), () =>
      expect(green?.taskDefinition).toBe(TaskDefinitionArn),
    );
    await about(subject('held revision serves nobody'), () => expect(serving).not.toBe(TaskDefinitionArn));
  });

  it('is deployed by the declared controller, on the declared capacity', async () => {
    const { live, primary } = await running(service);
    const controller = service.release === 'BLUE_GREEN' ? 'CODE_DEPLOY' : 'ECS';
    await about(subject('deployment controller'), () => expect(live.deploymentController?.type).toBe(controller));
    await about(subject('ECS Exec'), () => expect(live.enableExecuteCommand ?? false).toBe(environment.executeCommand));
    const strategy = (primary ?? live).capacityProviderStrategy?.map(
      (c) => `${c.capacityProvider} base ${c.base ?? 0} weight ${c.weight ?? 0}`,
    );
    await about(subject('capacity provider strategy'), () => {
      expect(strategy).toEqual(service.capacity.map((c) => `${c.provider} base ${c.base} weight ${c.weight}`));
    });
    const network = (primary ?? live).networkConfiguration?.awsvpcConfiguration;
    await about(subject('public addresses of tasks'), () => expect(network?.assignPublicIp).toBe('DISABLED'));
  });

  it('runs a hardened task definition', async () => {
    const { TaskDefinitionArn, LogGroupName } = await outputs.service(service);
    const definition = await taskDefinition(TaskDefinitionArn);
    const container = definition.containerDefinitions?.find((c) => c.name === service.name);
    const { cpu, memory } = taskSize(service, environment);
    const found = {
      cpu: definition.cpu,
      memory: definition.memory,
      networkMode: definition.networkMode,
      roles:
        definition.taskRoleArn !== definition.executionRoleArn &&
        Boolean(definition.taskRoleArn && definition.executionRoleArn),
      readonlyRootFilesystem: container?.readonlyRootFilesystem ?? false,
      privileged: container?.privileged ?? false,
      healthCheck: container?.healthCheck?.command,
      logDriver: container?.logConfiguration?.logDriver,
      logGroup: container?.logConfiguration?.options?.['awslogs-group'],
      ports: container?.portMappings?.map((p) => p.containerPort),
      secrets: (container?.secrets ?? []).map((s) => s.name).sort(),
      containers: definition.containerDefinitions?.map((c) => c.name),
    };
    const subjectOfDefinition = {
      resource: `task definition ${TaskDefinitionArn}`,
      look: cli(`ecs describe-task-definition --task-definition ${TaskDefinitionArn}`),
    };
    await about(subjectOfDefinition, () =>
      expect(found).toEqual({
        cpu: String(cpu),
        memory: String(memory),
        networkMode: 'awsvpc',
        roles: true,
        readonlyRootFilesystem: !environment.executeCommand,
        privileged: false,
        healthCheck: ['CMD', 'node', 'server.js', '--health'],
        logDriver: 'awslogs',
        logGroup: LogGroupName,
        ports: [service.port],
        secrets: [...Object.keys(service.secrets), ...(usesDatabase(service) ? ['DB_ENDPOINT'] : [])].sort(),
        containers: [service.name, ...(system.tracing ? ['collector'] : [])],
      }),
    );
  });
});

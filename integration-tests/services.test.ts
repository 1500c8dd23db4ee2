import { taskRange, taskSize } from '../declarations/effective';
import { containerHealth, stopTimeout } from '../declarations/traffic';
import { deploymentUnderway } from '../promotion/deployments';
import { taskId } from '../promotion/decisions/reasons';
import { about, eventually } from './support/about';
import { declaredCapacity, foundCapacity } from './support/capacity';
import { groupNamed } from './support/security-groups';
import { running, runningTasks, taskDefinition } from './support/services';
import { cli, codeDeploy, environment, list, names, outputs, system } from './support/stage';

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

  if (service.release === 'BLUE_GREEN') {
    it('has one task set that serves, and a second only while a deployment is under way', async () => {
      const { live, primary, green, deploymentId } = await running(service);
      const steady = { stabilityStatus: 'STEADY_STATE', scale: '100 PERCENT' };
      for (const taskSet of [primary, green]) {
        if (!taskSet) continue;
        await eventually(
          subject(`task set ${taskSet.id}, which ${taskSet === primary ? 'serves' : 'is held'}`),
          async () => {
            const now = (await running(service)).live.taskSets?.find((t) => t.id === taskSet.id);
            const scale = `${now?.scale?.value} ${now?.scale?.unit}`;
            expect({ stabilityStatus: now?.stabilityStatus, scale }).toEqual(steady);
          },
        );
      }
      // After promotion blue stays for some minutes, within its deployment.
      if (!deploymentId && (await deploymentUnderway(codeDeploy, await outputs.blueGreen(service)))) return;
      await about(subject('task sets'), () =>
        expect(live.taskSets?.map((t) => t.status).sort()).toEqual(deploymentId ? ['ACTIVE', 'PRIMARY'] : ['PRIMARY']),
      );
    });
  }

  it('is deployed by the declared controller, on the declared capacity, into private subnets', async () => {
    const { live, primary, green } = await running(service);
    const { PrivateSubnetIds } = await outputs.network();
    const { SecurityGroupId } = await outputs.service(service);
    const members = system.reachOneAnother ? [await groupNamed(names.servicesGroup)] : [];
    const breaker = live.deploymentConfiguration?.deploymentCircuitBreaker;
    const found = {
      controller: live.deploymentController?.type,
      circuitBreaker: breaker ? { enable: breaker.enable, rollback: breaker.rollback } : undefined,
      executeCommand: live.enableExecuteCommand ?? false,
    };
    const rolls = service.release === 'ROLLING';
    await about(subject('settings'), () =>
      expect({ ...found, circuitBreaker: rolls ? found.circuitBreaker : undefined }).toEqual({
        controller: rolls ? 'ECS' : 'CODE_DEPLOY',
        circuitBreaker: rolls ? { enable: true, rollback: true } : undefined,
        executeCommand: environment.executeCommand,
      }),
    );
    // A deployment that repeated none of it in its AppSpec has lost it.
    for (const [what, runs] of Object.entries(primary ? { serves: primary, 'is held': green } : { serves: live })) {
      if (!runs) continue;
      const network = runs.networkConfiguration?.awsvpcConfiguration;
      await about(subject(`what ${what}: capacity and network`), () =>
        expect({
          capacity: foundCapacity(runs.capacityProviderStrategy),
          platformVersion: runs.platformVersion,
          publicAddress: network?.assignPublicIp,
          subnets: [...(network?.subnets ?? [])].sort(),
          securityGroups: [...(network?.securityGroups ?? [])].sort(),
        }).toEqual({
          capacity: declaredCapacity(service),
          platformVersion: '1.4.0',
          publicAddress: 'DISABLED',
          subnets: list(PrivateSubnetIds).sort(),
          securityGroups: [SecurityGroupId, ...members].sort(),
        }),
      );
    }
  });

  it('runs tasks that are healthy by their own checks', async () => {
    await eventually(subject('health of its running tasks'), async () => {
      const tasks = await runningTasks(service);
      expect(tasks.filter((t) => t.healthStatus !== 'HEALTHY').map((t) => `${taskId(t)} ${t.healthStatus}`)).toEqual(
        [],
      );
      expect(tasks.length).toBeGreaterThan(0);
    });
  });

  it('runs a hardened task definition', async () => {
    const { TaskDefinitionArn, LogGroupName, RepositoryUri, ImageTag } = await outputs.service(service);
    const definition = await taskDefinition(TaskDefinitionArn);
    const container = definition.containerDefinitions?.find((c) => c.name === service.name);
    const { cpu, memory } = taskSize(service, environment);
    const found = {
      cpu: definition.cpu,
      memory: definition.memory,
      networkMode: definition.networkMode,
      platform: `${definition.runtimePlatform?.operatingSystemFamily} ${definition.runtimePlatform?.cpuArchitecture}`,
      executionRole: roleName(definition.executionRoleArn),
      taskRole: roleName(definition.taskRoleArn),
      image: container?.image,
      readonlyRootFilesystem: container?.readonlyRootFilesystem ?? false,
      privileged: container?.privileged ?? false,
      init: container?.linuxParameters?.initProcessEnabled ?? false,
      stopTimeout: container?.stopTimeout,
      healthCheck: container?.healthCheck,
      logDriver: container?.logConfiguration?.logDriver,
      logGroup: container?.logConfiguration?.options?.['awslogs-group'],
      ports: container?.portMappings?.map((p) => p.containerPort),
      containers: definition.containerDefinitions?.map((c) => c.name),
      sidecar: definition.containerDefinitions?.slice(1).map((c) => `${c.cpu} ${c.memory} ${c.essential}`),
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
        platform: 'LINUX X86_64',
        executionRole: names.executionRole(service),
        taskRole: names.taskRole(service),
        image: `${RepositoryUri}:${ImageTag}`,
        readonlyRootFilesystem: !environment.executeCommand,
        privileged: false,
        init: true,
        stopTimeout,
        healthCheck: containerHealth,
        logDriver: 'awslogs',
        logGroup: LogGroupName,
        ports: [service.port],
        containers: [service.name, ...(system.tracing ? ['collector'] : [])],
        sidecar: system.tracing ? ['32 256 false'] : [],
      }),
    );
  });
});

const roleName = (arn: string | undefined) => arn?.split('/').pop();

import { aws_ecs as ecs, CfnDeletionPolicy, type aws_logs as logs, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { taskSize, usesDatabase } from '../../declarations/effective';
import type { Environment } from '../../declarations/environment';
import type { Service } from '../../declarations/system';
import { containerHealth, stopTimeout } from '../../declarations/traffic';
import { collector, collectorEndpoint, collectorName } from './collector';
import { databaseName } from './database';
import type { TaskRoles } from './task-roles';
import type { TaskSecrets } from './task-secrets';

export interface TaskDefinitionProps {
  readonly service: Service;
  readonly environment: Environment;
  /** Name that every revision shares. */
  readonly family: string;
  /** Repository URI and tag. */
  readonly image: string;
  /** What the service tells as its version. */
  readonly version: string;
  readonly roles: TaskRoles;
  readonly logGroup: logs.ILogGroup;
  /** Where called services are found, by the variable that tells it. */
  readonly urls: Record<string, string>;
  readonly secrets?: TaskSecrets;
  /** A collector beside the application. */
  readonly tracing: boolean;
}

/** One revision of a service's task definition. An older one stays active: it may be what serves until promotion, or be rolled back to. */
export class TaskDefinition extends ecs.CfnTaskDefinition {
  constructor(scope: Construct, id: string, props: TaskDefinitionProps) {
    const { service, environment, family, roles, logGroup, tracing } = props;
    const { cpu, memory } = taskSize(service, environment);
    const { region } = Stack.of(scope);
    // ECS Exec writes to the root file system.
    const readonlyRootFilesystem = !environment.executeCommand;
    const application = { ...applicationContainer(props, region), readonlyRootFilesystem };
    const sidecar = { region, logGroupName: logGroup.logGroupName, readonlyRootFilesystem };
    super(scope, id, {
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(cpu),
      memory: String(memory),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: roles.execution.roleArn,
      taskRoleArn: roles.task.roleArn,
      containerDefinitions: tracing ? [application, collector(sidecar)] : [application],
    });
    this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    this.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  }
}

function applicationContainer(
  { service, environment, image, version, logGroup, urls, secrets, tracing }: TaskDefinitionProps,
  region: string,
): ecs.CfnTaskDefinition.ContainerDefinitionProperty {
  const variables: Record<string, string> = {
    PORT: String(service.port),
    SERVICE_NAME: service.name,
    ENVIRONMENT: environment.name,
    VERSION: version,
    ...urls,
    ...(usesDatabase(service) && { DB_NAME: databaseName }),
    ...(tracing && { OTEL_EXPORTER_OTLP_ENDPOINT: collectorEndpoint }),
  };
  return {
    name: service.name,
    image,
    essential: true,
    portMappings: [{ containerPort: service.port, protocol: 'tcp' }],
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
    secrets: secrets?.variables,
    // Started after the collector and stopped before it, so that the first and the last traces arrive.
    dependsOn: tracing ? [{ containerName: collectorName, condition: 'START' }] : undefined,
    healthCheck: containerHealth,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup.logGroupName,
        'awslogs-region': region,
        'awslogs-stream-prefix': service.name,
      },
    },
    privileged: false,
    linuxParameters: { initProcessEnabled: true },
    stopTimeout,
  };
}

import { aws_ecs as ecs, CfnDeletionPolicy, type aws_logs as logs, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { taskSize } from '../../declarations/effective';
import type { Environment } from '../../declarations/environment';
import type { Service } from '../../declarations/system';
import type { TaskRoles } from './task-roles';

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
  /** Names of private DNS; called services are found there. */
  readonly namespace: string;
  /** The services that this one calls. */
  readonly calls: Service[];
}

/** One revision of a service's task definition. An older one stays active: it may be what serves until promotion, or be rolled back to. */
export class TaskDefinition extends ecs.CfnTaskDefinition {
  constructor(scope: Construct, id: string, props: TaskDefinitionProps) {
    const { service, environment, family, roles } = props;
    const { cpu, memory } = taskSize(service, environment);
    super(scope, id, {
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(cpu),
      memory: String(memory),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: roles.execution.roleArn,
      taskRoleArn: roles.task.roleArn,
      containerDefinitions: [container(props, Stack.of(scope).region)],
    });
    this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    this.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  }
}

function container(props: TaskDefinitionProps, region: string): ecs.CfnTaskDefinition.ContainerDefinitionProperty {
  const { service, environment, image, version, logGroup, namespace, calls } = props;
  const variables: Record<string, string> = {
    PORT: String(service.port),
    SERVICE_NAME: service.name,
    ENVIRONMENT: environment.name,
    VERSION: version,
    ...Object.fromEntries(
      calls.map((called) => [urlVariable(called), `http://${called.name}.${namespace}:${called.port}`]),
    ),
  };
  return {
    name: service.name,
    image,
    essential: true,
    portMappings: [{ containerPort: service.port, protocol: 'tcp' }],
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
    healthCheck: {
      command: ['CMD', 'node', 'server.js', '--health'],
      interval: 30,
      timeout: 5,
      retries: 3,
      startPeriod: 60,
    },
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup.logGroupName,
        'awslogs-region': region,
        'awslogs-stream-prefix': service.name,
      },
    },
    // ECS Exec writes to the root file system.
    readonlyRootFilesystem: !environment.executeCommand,
    privileged: false,
    linuxParameters: { initProcessEnabled: true },
    // Fargate's longest is 120 s. Longer than the target group's deregistration delay, so that a task drains before it is killed.
    stopTimeout: 90,
  };
}

/** FRAUD_DETECTION_URL for fraud-detection. */
const urlVariable = ({ name }: Service) => `${name.toUpperCase().replaceAll('-', '_')}_URL`;

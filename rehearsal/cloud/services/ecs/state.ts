// What ECS remembers beside the resources: services, their workloads (deployments or task sets), and tasks.
import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  LoadBalancer,
  ServiceRegistry,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import type { Running } from '../../runtime/processes';
import { AwsError } from '../../wire/service';

/** What runs tasks of one revision for a service: a deployment of the ECS controller, or a task set. */
export interface Workload {
  /** ecs-svc/<number>, which is also startedBy of its tasks. */
  id: string;
  kind: 'deployment' | 'task set';
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE' | 'DRAINING';
  taskDefinition: TaskDefinition;
  /** Per cent of the service's desired count (task sets). */
  scale: number;
  desiredCount: number;
  network: AwsVpcConfiguration;
  capacity: CapacityProviderStrategyItem[];
  loadBalancers: LoadBalancer[];
  registries: ServiceRegistry[];
  platformVersion: string;
  createdAt: Date;
  updatedAt: Date;
  /** Tasks that stopped before they were healthy, since one last was. */
  failures: number;
  /** No task starts before (milliseconds since 1970): ECS throttles what fails to start. */
  notBefore: number;
  stable: boolean;
  stableAt?: Date;
  rolloutState?: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason?: string;
  /** CodeDeploy's deployment id. */
  externalId?: string;
  startedBy?: string;
}

export interface ServiceEvent {
  id: string;
  createdAt: Date;
  message: string;
}

export interface EcsService {
  arn: string;
  name: string;
  clusterArn: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  desiredCount: number;
  /** As asked for: an ARN, or a family. */
  taskDefinition: string;
  deploymentConfiguration: DeploymentConfiguration;
  network: AwsVpcConfiguration;
  capacity: CapacityProviderStrategyItem[];
  loadBalancers: LoadBalancer[];
  registries: ServiceRegistry[];
  platformVersion: string;
  healthCheckGracePeriodSeconds: number;
  enableExecuteCommand: boolean;
  enableECSManagedTags: boolean;
  propagateTags: 'NONE' | 'SERVICE' | 'TASK_DEFINITION';
  roleArn?: string;
  tags: { key?: string; value?: string }[];
  createdAt: Date;
  createdBy?: string;
  /** Newest first. */
  events: ServiceEvent[];
  workloads: Workload[];
  /** Why the circuit breaker ended the last deployment; CloudFormation waits for it. */
  broken?: string;
  /** Makes the scheduler look at once. */
  wake(): void;
}

export interface TaskContainer {
  name: string;
  image: string;
  imageDigest?: string;
  essential: boolean;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  exitCode?: number;
  reason?: string;
  process?: Pick<Running, 'stop'> & Partial<Pick<Running, 'pid'>>;
  /** Values of its secrets by the names of their variables. Nothing describes them. */
  secrets?: Record<string, string>;
}

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export interface EcsTask {
  id: string;
  arn: string;
  service: EcsService;
  workload: Workload;
  taskDefinition: TaskDefinition;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  containers: TaskContainer[];
  capacityProvider: string;
  subnetId: string;
  zone: string;
  vpcId: string;
  ip?: string;
  /** Container port -> loopback port. */
  ports: Map<number, number>;
  /** As ports, for UDP. */
  datagrams: Map<number, number>;
  registered: { targetGroupArn: string; port: number }[];
  /** Was RUNNING and healthy once: its end is no failure of the deployment. */
  wasHealthy: boolean;
  createdAt: Date;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  stoppedAt?: Date;
  stopCode?: 'TaskFailedToStart' | 'EssentialContainerExited' | 'ServiceSchedulerInitiated' | 'UserInitiated';
  stoppedReason?: string;
  version: number;
  /** Aborts when the task is to stop. */
  stopping: AbortController;
  /** Resolves when it is STOPPED. */
  stopped: Promise<void>;
}

export const services = (env: Environment) => env.shelf<EcsService>('ecs/services');
export const tasks = (env: Environment) => env.shelf<EcsTask>('ecs/tasks');
export const taskDefinitions = (env: Environment) => env.shelf<TaskDefinition>('ecs/task-definitions');

/** Last part of an ARN or name. */
export const shortName = (arn = '') => arn.split('/').pop()!;

/** ARN of the cluster by name or ARN. Throws ClusterNotFoundException. */
export function clusterArn(env: Environment, nameOrArn = 'default'): string {
  const found = env.get('AWS::ECS::Cluster', shortName(nameOrArn));
  if (found) return found.model.Arn;
  throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

/** The service by name or ARN, also one that was deleted lately. */
export function findService(env: Environment, cluster: string | undefined, nameOrArn = ''): EcsService | undefined {
  const arn = nameOrArn.startsWith('arn:')
    ? nameOrArn
    : env.arn('ecs', `service/${shortName(cluster ?? 'default')}/${nameOrArn}`);
  return services(env).get(arn);
}

/** An active service. Throws ServiceNotFoundException, or ServiceNotActiveException where it is draining or deleted. */
export function activeService(env: Environment, cluster: string | undefined, nameOrArn?: string): EcsService {
  const found = findService(env, cluster, nameOrArn);
  if (!found) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return found;
}

/** Tasks of a service or of one of its workloads that have not stopped. */
export const tasksOf = (env: Environment, of: EcsService | Workload): EcsTask[] =>
  [...tasks(env).values()].filter((t) => (t.service === of || t.workload === of) && t.lastStatus !== 'STOPPED');

/** The words with which ECS begins an event of the service, or of one of its task sets. */
export const subject = (service: EcsService, workload?: Workload) =>
  workload?.kind === 'task set' ? `(service ${service.name}, taskSet ${workload.id})` : `(service ${service.name})`;

/** Writes an event of the service; ECS keeps the last hundred. */
export function event(env: Environment, service: EcsService, message: string): void {
  const id = `00000000-0000-4000-8000-${String(env.cloud.unique()).padStart(12, '0')}`;
  service.events.unshift({ id, createdAt: env.cloud.clock.now(), message });
  service.events.length = Math.min(service.events.length, 100);
}

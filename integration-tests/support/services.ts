import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type Service as EcsService,
  ListTasksCommand,
  type Task,
  type TaskDefinition,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import type { Service } from '../../declarations/system';
import { deploymentUnderway } from '../../promotion/deployments';
import { primaryTaskSet, runningRevision } from '../../promotion/decisions/serving';
import { codeDeploy, ecs, names, outputs, system } from './stage';

export const blueGreenServices = system.services.filter((s) => s.release === 'BLUE_GREEN');

/** How a service runs right now. */
export interface Running {
  live: EcsService;
  /** Revision that serves production. */
  serving: string;
  /** Task set that serves; undefined for a rolling service. */
  primary?: TaskSet;
  /** Task set of a held deployment, which only the test listener reaches. */
  green?: TaskSet;
  /** Id of the held deployment. */
  deploymentId?: string;
}

export async function running(service: Service): Promise<Running> {
  const request = { cluster: names.cluster, services: [names.service(service)] };
  const { services = [] } = await ecs.send(new DescribeServicesCommand(request));
  const live = services.find((s) => s.status === 'ACTIVE');
  const serving = live && runningRevision(live);
  if (!serving) throw new Error(`cluster ${names.cluster} has no running service ${names.service(service)}`);
  const primary = primaryTaskSet(live);
  const deploymentId = await heldDeployment(service);
  const green = deploymentId ? live.taskSets?.find((t) => t !== primary) : undefined;
  return { live, serving, primary, green, deploymentId };
}

async function heldDeployment(service: Service): Promise<string | undefined> {
  if (service.release !== 'BLUE_GREEN') return undefined;
  const deployment = await deploymentUnderway(codeDeploy, await outputs.blueGreen(service));
  return deployment?.status === 'Ready' ? deployment.deploymentId : undefined;
}

/** The running tasks of a service; ECS lists a hundred, and no declaration asks for more. */
export async function runningTasks(service: Service): Promise<Task[]> {
  const request = { cluster: names.cluster, serviceName: names.service(service), desiredStatus: 'RUNNING' as const };
  const { taskArns = [] } = await ecs.send(new ListTasksCommand(request));
  if (!taskArns.length) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: names.cluster, tasks: taskArns }));
  return tasks.filter((t) => t.lastStatus === 'RUNNING');
}

export async function taskDefinition(arn: string): Promise<TaskDefinition> {
  const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
  if (!found) throw new Error(`there is no task definition ${arn}`);
  return found;
}

/** Version of the service in a revision: the tag of its image. */
export async function versionOf(service: Service, revision: string): Promise<string> {
  const { containerDefinitions = [] } = await taskDefinition(revision);
  const image = containerDefinitions.find((c) => c.name === service.name)?.image;
  const tag = /:([^:/]+)$/.exec(image ?? '')?.[1];
  if (!tag) throw new Error(`container ${service.name} of ${revision} has no image with a tag: ${image}`);
  return tag;
}

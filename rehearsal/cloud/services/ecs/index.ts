// Amazon ECS on Fargate: tasks are processes of this machine with addresses of their VPC.
import type { ServiceModule } from '../../module';
import { api } from './api';
import { resources } from './resources';

export { describeTask } from './describe';
export { isHealthy } from './health-of-task';
export {
  services,
  tasks,
  tasksOf,
  findService,
  shortName,
  type EcsService,
  type EcsTask,
  type Workload,
} from './state';
export { findTaskDefinition } from './task-definitions';
export { createTaskSet, deleteTaskSet, makePrimary, primaryTaskSet } from './task-sets';
export { updateService } from './services';

export const ecs: ServiceModule = { api, resources };

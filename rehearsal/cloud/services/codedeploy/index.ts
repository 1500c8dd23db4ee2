// AWS CodeDeploy for ECS: blue/green deployments with a held green.
import type { ServiceModule } from '../../module';
import { api } from './api';
import { resources } from './resources';

export const codeDeploy: ServiceModule = { api, resources };

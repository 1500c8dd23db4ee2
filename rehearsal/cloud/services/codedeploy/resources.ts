// CodeDeploy's resource types beyond their specification.
import { serviceError } from '../../cloudformation/handler-error';
import type { ResourceType } from '../../module';
import type { Environment, Resource, Values } from '../../state';
import { AwsError } from '../../wire/service';
import { findService, type EcsService } from '../ecs';
import { pairOf } from './routes';
import { deployments, isUnderway } from './state';

/** The group's ECS service. Throws InvalidECSServiceException where it is missing or not CodeDeploy's. */
export function serviceOf(env: Environment, properties: Values): EcsService {
  const { ClusterName, ServiceName }: Values = properties.ECSServices?.[0] ?? {};
  const found = findService(env, ClusterName, ServiceName);
  if (!found || found.status !== 'ACTIVE') {
    throw new AwsError('InvalidECSServiceException', `The ECS service ${ClusterName}:${ServiceName} does not exist.`);
  }
  if (found.controller === 'CODE_DEPLOY') return found;
  const message = "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.";
  throw new AwsError('InvalidECSServiceException', message);
}

const check = (operation: string, { model }: Resource, env: Environment) => {
  try {
    serviceOf(env, model);
    pairOf(env, { properties: model });
  } catch (error: any) {
    throw serviceError('AmazonCodeDeploy', operation, error.code, error.message);
  }
};

const deploymentGroup: ResourceType = {
  name: 'DeploymentGroupName',
  created: (resource, env) => check('CreateDeploymentGroup', resource, env),
  updated: (resource, _before, env) => check('UpdateDeploymentGroup', resource, env),
  /** What is in flight ends with its group. */
  deleted({ model }, env) {
    for (const d of deployments(env).values()) {
      const own = d.group.applicationName === model.ApplicationName && d.group.name === model.DeploymentGroupName;
      if (own && isUnderway(d)) d.stop.abort();
    }
  },
};

export const resources: Record<string, ResourceType> = {
  'AWS::CodeDeploy::Application': { name: 'ApplicationName' },
  'AWS::CodeDeploy::DeploymentGroup': deploymentGroup,
  'AWS::CodeDeploy::DeploymentConfig': { name: 'DeploymentConfigName' },
};

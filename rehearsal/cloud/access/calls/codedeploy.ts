import type * as sdk from '@aws-sdk/client-codedeploy';
import { deployments } from '../../services/codedeploy/state';
import type { Environment } from '../../state';
import { each, type Rules } from './rules';

interface Group {
  applicationName?: string;
  deploymentGroupName?: string;
}
const application = ({ applicationName = '*' }: Group, env: Environment) =>
  env.arn('codedeploy', `application:${applicationName}`);
const group = ({ applicationName = '*', deploymentGroupName = '*' }: Group, env: Environment) =>
  env.arn('codedeploy', `deploymentgroup:${applicationName}/${deploymentGroupName}`);
/** The group of a deployment, which is what IAM is asked for. */
const groupOf = (env: Environment, id: string) => {
  const found = deployments(env).get(id)?.group;
  return group({ applicationName: found?.applicationName, deploymentGroupName: found?.name }, env);
};

export const codeDeploy: Rules<typeof sdk> = {
  GetApplication: application,
  GetDeploymentGroup: group,
  ListDeploymentGroups: application,
  GetDeploymentConfig: ({ deploymentConfigName }, env) =>
    env.arn('codedeploy', `deploymentconfig:${deploymentConfigName}`),
  RegisterApplicationRevision: application,
  // A revision that comes with the deployment is registered with it.
  CreateDeployment: (input, env) => [
    group(input, env),
    { action: 'codedeploy:RegisterApplicationRevision', resource: application(input, env) },
    { action: 'codedeploy:GetApplicationRevision', resource: application(input, env) },
    {
      action: 'codedeploy:GetDeploymentConfig',
      resource: env.arn('codedeploy', `deploymentconfig:${input.deploymentConfigName ?? configOf(env, input)}`),
    },
  ],
  GetDeployment: ({ deploymentId }, env) => groupOf(env, deploymentId!),
  BatchGetDeployments: ({ deploymentIds }, env) => each(deploymentIds, (id) => groupOf(env, id)),
  ListDeployments: group,
};

/** The group's own configuration. */
function configOf(env: Environment, { deploymentGroupName }: Group): string {
  const found = env
    .list('AWS::CodeDeploy::DeploymentGroup')
    .find(({ model }) => model.DeploymentGroupName === deploymentGroupName);
  return found?.model.DeploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce';
}

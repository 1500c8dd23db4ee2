// CodeDeploy does its work in the deployment group's role.
import { demand, sessionOf, untrusted } from '../../access/services';
import { passRoles, type Need } from '../../access/calls/rules';
import type { Environment, Values } from '../../state';
import { forwardWeights } from '../elastic-load-balancing-v2';
import type { DeploymentRecord, Group } from './state';

/** Code of CodeDeploy's error where its role does not allow what it does. */
export class RoleLacks extends Error {
  readonly code = 'IAM_ROLE_PERMISSIONS';
}

const arnOf = (env: Environment, { applicationName, name }: Group) =>
  env.arn('codedeploy', `deploymentgroup:${applicationName}/${name}`);

function inRole(env: Environment, d: DeploymentRecord, service: string, needs: Need[]): void {
  const role = String((d.group.properties as Values).ServiceRoleArn);
  const refuse = (why: string) => {
    const words = `The IAM role ${role} does not give you permission to perform operations in the following AWS service: ${service}.`;
    return new RoleLacks(`${words} ${why}`);
  };
  const distrust = untrusted(env.cloud, 'codedeploy.amazonaws.com', role, arnOf(env, d.group));
  if (distrust) throw refuse(distrust);
  try {
    demand(env, sessionOf(role, d.id), needs);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

const ofService = (d: DeploymentRecord, action: string): Need => ({ action: `ecs:${action}`, resource: d.service.arn });
const taskSet = (env: Environment, d: DeploymentRecord, action: string): Need => ({
  action: `ecs:${action}`,
  resource: env.arn('ecs', `task-set/${d.service.clusterArn.split('/').pop()}/${d.service.name}/*`),
});

/** Throws where the role may not start green. */
export function checkStart(env: Environment, d: DeploymentRecord, revision: Values): void {
  inRole(env, d, 'AmazonECS', [
    ofService(d, 'DescribeServices'),
    taskSet(env, d, 'CreateTaskSet'),
    ...passRoles('ecs-tasks.amazonaws.com', revision.executionRoleArn, revision.taskRoleArn),
  ]);
}

/** Throws where the role may not make a task set the primary one. */
export const checkPrimary = (env: Environment, d: DeploymentRecord) =>
  inRole(env, d, 'AmazonECS', [ofService(d, 'UpdateServicePrimaryTaskSet')]);

/** Throws where the role may not delete a task set. */
export const checkDelete = (env: Environment, d: DeploymentRecord) =>
  inRole(env, d, 'AmazonECS', [taskSet(env, d, 'DeleteTaskSet')]);

/** Throws where the role may not shift a listener's traffic. */
export function checkRoute(env: Environment, d: DeploymentRecord, listenerArn: string): void {
  const describe = ['TargetGroups', 'Listeners', 'Rules'].map((what) => ({
    action: `elasticloadbalancing:Describe${what}`,
    resource: '*',
  }));
  const shifted = forwardWeights(env, listenerArn).filter(
    ({ weights }) => d.blueTargetGroupArn in weights || d.greenTargetGroupArn in weights,
  );
  const changed = shifted.map(({ ruleArn }) =>
    env.get('AWS::ElasticLoadBalancingV2::ListenerRule', ruleArn)
      ? { action: 'elasticloadbalancing:ModifyRule', resource: ruleArn }
      : { action: 'elasticloadbalancing:ModifyListener', resource: listenerArn },
  );
  inRole(env, d, 'ElasticLoadBalancing', [...describe, ...changed]);
}

/** Whether the role may look at alarms. */
export function mayReadAlarms(env: Environment, d: DeploymentRecord): boolean {
  try {
    inRole(env, d, 'AmazonCloudWatch', [
      { action: 'cloudwatch:DescribeAlarms', resource: env.arn('cloudwatch', 'alarm:*') },
    ]);
    return true;
  } catch {
    return false;
  }
}

// What a person does to payment-api's deployments beside the pipeline, as an administrator of the stage's account.
import {
  CodeDeployClient,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeServicesCommand, ECSClient, type TaskSet } from '@aws-sdk/client-ecs';
import type { Environment } from '../cloud/state';
import type { Stage } from './fault';
import { admin, find, until } from './seeds';

const groupOf = (env: Environment) =>
  find(env, 'AWS::CodeDeploy::DeploymentGroup', ({ model }) =>
    String(model.DeploymentGroupName).startsWith('payment-api-'),
  ).model;

/** payment-api's task sets; the one that serves first. */
export async function liveTaskSets({ name, env }: Stage): Promise<TaskSet[]> {
  const cluster = find(env, 'AWS::ECS::Cluster').id;
  const { services } = await admin(env, ECSClient).send(
    new DescribeServicesCommand({ cluster, services: [`payment-api-${name}`] }),
  );
  return [...services![0]!.taskSets!].sort((a, b) => Number(b.status === 'PRIMARY') - Number(a.status === 'PRIMARY'));
}

/** Starts a deployment of a revision, in the place of the one that serves. */
export async function deployByHand(stage: Stage, taskDefinition: string): Promise<string> {
  const { ApplicationName, DeploymentGroupName } = groupOf(stage.env);
  const [{ loadBalancers, networkConfiguration, capacityProviderStrategy }] = (await liveTaskSets(stage)) as [TaskSet];
  const { subnets, securityGroups } = networkConfiguration!.awsvpcConfiguration!;
  const { containerName, containerPort } = loadBalancers![0]!;
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: taskDefinition,
            LoadBalancerInfo: { ContainerName: containerName, ContainerPort: containerPort },
            NetworkConfiguration: {
              AwsvpcConfiguration: { Subnets: subnets, SecurityGroups: securityGroups, AssignPublicIp: 'DISABLED' },
            },
            CapacityProviderStrategy: capacityProviderStrategy!.map((c) => ({
              CapacityProvider: c.capacityProvider,
              Base: c.base,
              Weight: c.weight,
            })),
          },
        },
      },
    ],
  });
  const { deploymentId } = await admin(stage.env, CodeDeployClient).send(
    new CreateDeploymentCommand({
      applicationName: ApplicationName,
      deploymentGroupName: DeploymentGroupName,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
      description: 'by hand',
    }),
  );
  return deploymentId!;
}

/** Resolves once a deployment has that status, and only one task set is left where it has ended. */
export const reached = (stage: Stage, deploymentId: string, wanted: string): Promise<true> =>
  until(`deployment ${deploymentId} to be ${wanted}`, async () => {
    const { deploymentInfo } = await admin(stage.env, CodeDeployClient).send(
      new GetDeploymentCommand({ deploymentId }),
    );
    if (deploymentInfo!.status !== wanted) return undefined;
    return wanted === 'Ready' || (await liveTaskSets(stage)).length === 1 ? true : undefined;
  });

/** Stops a deployment and waits until only blue runs. */
export async function stopByHand(stage: Stage, deploymentId: string): Promise<void> {
  await admin(stage.env, CodeDeployClient).send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  await reached(stage, deploymentId, 'Stopped');
}

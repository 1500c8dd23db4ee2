import { aws_ecs as ecs, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import { capacityProviderStrategy } from './capacity';
import type { Discovery } from './discovery';
import type { Routing } from './routing';

export interface EcsServiceProps {
  readonly service: Service;
  readonly environment: Environment;
  readonly names: Names;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly taskDefinition: ecs.CfnTaskDefinition;
  /** Ids of the private subnets. */
  readonly subnets: string[];
  /** Ids of the security groups that tasks carry. */
  readonly securityGroups: string[];
  readonly discovery: Discovery;
  /** Present where CodeDeploy releases the service. */
  readonly routing?: Routing;
}

/**
 * The ECS service. Where CodeDeploy releases it, CloudFormation can change next to nothing of it (aws/aws-cdk#23564): no
 * property may vary between commits, so it names the task definition's family and no count. Scaling decides the count.
 */
export class EcsService extends ecs.CfnService {
  constructor(scope: Construct, id: string, props: EcsServiceProps) {
    const { service, environment, names, cluster, taskDefinition, subnets, discovery, routing } = props;
    const name = names.service(service);
    super(scope, id, {
      serviceName: name,
      cluster,
      capacityProviderStrategy: capacityProviderStrategy(service),
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets,
          securityGroups: props.securityGroups,
          assignPublicIp: 'DISABLED',
        },
      },
      serviceRegistries: [{ registryArn: discovery.attrArn }],
      enableExecuteCommand: environment.executeCommand,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      ...(routing ? releasedByCodeDeploy(name, service, routing) : rolledByEcs(taskDefinition.ref)),
    });
    Tags.of(this).add('Name', name);
    this.addResourceDependency(taskDefinition);
    // Rules first: target groups must be part of a load balancer before the service starts.
    if (routing) this.node.addDependency(routing);
  }
}

const releasedByCodeDeploy = (family: string, { name, port }: Service, routing: Routing): ecs.CfnServiceProps => ({
  deploymentController: { type: 'CODE_DEPLOY' },
  taskDefinition: family,
  loadBalancers: [{ containerName: name, containerPort: port, targetGroupArn: routing.blue.ref }],
  healthCheckGracePeriodSeconds: 60,
});

const rolledByEcs = (taskDefinition: string): ecs.CfnServiceProps => ({
  deploymentController: { type: 'ECS' },
  taskDefinition,
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  },
});

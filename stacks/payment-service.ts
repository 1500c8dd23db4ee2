import { Arn, type aws_ec2 as ec2, aws_logs as logs, Aws, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BlueGreenOutputs, ServiceOutputs } from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { Alarms } from './constructs/alarms';
import { DeploymentGroup } from './constructs/deployment-group';
import { EcsService } from './constructs/ecs-service';
import { Routing } from './constructs/routing';
import { Scaling } from './constructs/scaling';
import { ServiceNetwork } from './constructs/service-network';
import { TaskDefinition } from './constructs/task-definition';
import { TaskRoles } from './constructs/task-roles';
import type { NetworkStack } from './network';
import type { PlatformStack } from './platform';
import { StageStack, type StageStackProps } from './stage-stack';

export interface PaymentServiceStackProps extends StageStackProps {
  readonly service: Service;
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  /** Where the image repositories are. */
  readonly tooling: { readonly account: string; readonly region: string };
  /** Tag of the image: the hash of its build context. */
  readonly imageTag: string;
  /** Stacks of the services that this one calls. */
  readonly calls: PaymentServiceStack[];
}

/** One service: what runs, who may reach it, how it is released, when it scales, and what raises an alarm. */
export class PaymentServiceStack extends StageStack {
  readonly service: Service;
  readonly securityGroup: ec2.ISecurityGroup;

  constructor(scope: Construct, props: PaymentServiceStackProps) {
    const { service, system, environment, network, platform, tooling, calls } = props;
    super(scope, service.name, props, service.name);
    const { names } = this;
    this.service = service;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: names.logGroup(service),
      retention: system.logRetention,
      encryptionKey: platform.logKey,
      removalPolicy: this.dataRemoval,
    });
    Tags.of(logGroup).add('Name', names.logGroup(service));
    const roles = new TaskRoles(this, 'Roles', {
      executionRoleName: names.executionRole(service),
      taskRoleName: names.taskRole(service),
      repositoryArn: Arn.format(
        { service: 'ecr', resource: 'repository', resourceName: service.name, ...tooling },
        this,
      ),
      logGroup,
      executeCommand: environment.executeCommand,
    });
    const repositoryUri = `${tooling.account}.dkr.ecr.${tooling.region}.${Aws.URL_SUFFIX}/${service.name}`;
    const taskDefinition = new TaskDefinition(this, 'TaskDefinition', {
      service,
      environment,
      family: names.service(service),
      image: `${repositoryUri}:${props.imageTag}`,
      version: props.imageTag,
      roles,
      logGroup,
      namespace: names.namespace,
      calls: calls.map((stack) => stack.service),
    });

    const blueGreen = service.release === 'BLUE_GREEN';
    const { loadBalancer } = platform;
    const behind = blueGreen
      ? {
          loadBalancer,
          routing: new Routing(this, 'Routing', {
            service,
            names,
            vpcId: network.vpc.vpcId,
            loadBalancer,
          }),
        }
      : undefined;
    const serviceNetwork = new ServiceNetwork(this, 'Network', {
      service,
      names,
      vpc: network.vpc,
      namespaceId: platform.namespace.namespaceId,
      loadBalancer: behind?.loadBalancer,
      calls: calls.map((stack) => ({ service: stack.service, securityGroup: stack.securityGroup })),
    });
    this.securityGroup = serviceNetwork.securityGroup;
    const ecsService = new EcsService(this, 'Service', {
      service,
      environment,
      names,
      cluster: platform.cluster.ref,
      taskDefinition,
      subnets: network.vpc.privateSubnets.map((s) => s.subnetId),
      network: serviceNetwork,
      routing: behind?.routing,
    });
    new Scaling(this, 'Scaling', { service, environment, names, ecsService, behind });
    const alarms = new Alarms(this, 'Alarms', { service, names, topicArn: platform.alarmTopic.topicArn, behind });

    const outputs: ServiceOutputs = {
      ServiceName: ecsService.attrName,
      ServiceArn: ecsService.ref,
      TaskDefinitionArn: taskDefinition.ref,
      SecurityGroupId: this.securityGroup.securityGroupId,
      LogGroupName: logGroup.logGroupName,
      RepositoryUri: repositoryUri,
      ImageTag: props.imageTag,
    };
    if (!behind) {
      this.tell<ServiceOutputs>(outputs);
      return;
    }
    const application = platform.codeDeployApplication.ref;
    const group = new DeploymentGroup(this, 'DeploymentGroup', {
      service,
      environment,
      names,
      application,
      ...behind,
      roles,
      alarms: alarms.ofTraffic,
    });
    // CodeDeploy looks for the service when its group is made.
    group.resource.addResourceDependency(ecsService);
    this.tell<BlueGreenOutputs>({
      ...outputs,
      BlueTargetGroupArn: behind.routing.blue.ref,
      GreenTargetGroupArn: behind.routing.green.ref,
      ProductionRuleArn: behind.routing.production.ref,
      TestRuleArn: behind.routing.test.ref,
      DeploymentApplicationName: application,
      DeploymentGroupName: group.resource.ref,
    });
  }
}

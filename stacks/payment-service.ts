import { Arn, aws_logs as logs, Aws, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BlueGreenOutputs, ServiceOutputs } from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { Alarms } from './constructs/alarms';
import { callUrls } from './constructs/call-urls';
import { DeploymentGroup } from './constructs/deployment-group';
import { Discovery } from './constructs/discovery';
import { EcsService } from './constructs/ecs-service';
import { Routing } from './constructs/routing';
import { Scaling } from './constructs/scaling';
import { TaskDefinition } from './constructs/task-definition';
import { TaskRoles } from './constructs/task-roles';
import { taskSecrets } from './constructs/task-secrets';
import type { DataStack } from './data';
import type { NetworkStack } from './network';
import type { PlatformStack } from './platform';
import { StageStack, type StageStackProps } from './stage-stack';

export interface PaymentServiceStackProps extends StageStackProps {
  readonly service: Service;
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  /** Present where the system has data. */
  readonly data?: DataStack;
  /** Where the image repositories are. */
  readonly tooling: { readonly account: string; readonly region: string };
  /** Tag of the image: the hash of its build context. */
  readonly imageTag: string;
}

/** One service: what runs, how it is reached and released, when it scales, and what raises an alarm. */
export class PaymentServiceStack extends StageStack {
  readonly service: Service;
  /** Present where the service is behind the load balancer. */
  readonly routing?: Routing;
  /** Names of its alarms. */
  readonly alarmNames: string[];

  constructor(scope: Construct, props: PaymentServiceStackProps) {
    const { service, environment, network, platform } = props;
    super(scope, service.name, props, service.name);
    const { names } = this;
    this.service = service;

    const { loadBalancer } = platform;
    if (service.release === 'BLUE_GREEN') {
      this.routing = new Routing(this, 'Routing', { service, names, vpcId: network.vpc.vpcId, loadBalancer });
    }
    const behind = this.routing && { loadBalancer, routing: this.routing };
    const { roles, taskDefinition, outputs } = this.makeTasks(props);
    const ecsService = new EcsService(this, 'Service', {
      service,
      environment,
      names,
      cluster: platform.cluster.ref,
      taskDefinition,
      subnets: network.vpc.privateSubnets.map((s) => s.subnetId),
      securityGroups: network.groups.ofTasks(service.name),
      discovery: new Discovery(this, 'Discovery', { service, namespaceId: platform.namespace.namespaceId }),
      routing: this.routing,
    });
    new Scaling(this, 'Scaling', { service, environment, names, ecsService, behind });
    const alarms = new Alarms(this, 'Alarms', { service, names, topicArn: platform.alarmTopic.topicArn, behind });
    this.alarmNames = alarms.names;

    this.tell<ServiceOutputs>({ ServiceName: ecsService.attrName, ServiceArn: ecsService.ref, ...outputs });
    if (!behind) return;
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
    this.tell<Omit<BlueGreenOutputs, keyof ServiceOutputs>>({
      BlueTargetGroupArn: behind.routing.blue.ref,
      GreenTargetGroupArn: behind.routing.green.ref,
      ProductionRuleArn: behind.routing.production.ref,
      TestRuleArn: behind.routing.test.ref,
      DeploymentApplicationName: application,
      DeploymentGroupName: group.resource.ref,
    });
  }

  /** What runs, with which roles, and where it logs. */
  private makeTasks({ service, environment, network, data, tooling, imageTag }: PaymentServiceStackProps) {
    const { names, system } = this;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: names.logGroup(service),
      retention: system.logRetention,
      encryptionKey: network.telemetryKey,
      removalPolicy: this.dataRemoval,
    });
    Tags.of(logGroup).add('Name', names.logGroup(service));
    const secrets = taskSecrets(service, data);
    const { tracing } = system;
    const roles = new TaskRoles(this, 'Roles', {
      executionRoleName: names.executionRole(service),
      taskRoleName: names.taskRole(service),
      repositoryArn: Arn.format(
        { service: 'ecr', resource: 'repository', resourceName: service.name, ...tooling },
        this,
      ),
      logGroup,
      secrets,
      executeCommand: environment.executeCommand,
      tracing,
    });
    const repositoryUri = `${tooling.account}.dkr.ecr.${tooling.region}.${Aws.URL_SUFFIX}/${service.name}`;
    const taskDefinition = new TaskDefinition(this, 'TaskDefinition', {
      service,
      environment,
      family: names.service(service),
      image: `${repositoryUri}:${imageTag}`,
      version: imageTag,
      roles,
      logGroup,
      urls: callUrls({
        called: service.calls.map((name) => system.services.find((s) => s.name === name)!),
        environment,
        namespace: names.namespace,
      }),
      secrets,
      tracing,
    });
    const outputs = {
      TaskDefinitionArn: taskDefinition.ref,
      SecurityGroupId: network.groups.service(service.name).securityGroupId,
      LogGroupName: logGroup.logGroupName,
      RepositoryUri: repositoryUri,
      ImageTag: imageTag,
    };
    return { roles, taskDefinition, outputs };
  }
}

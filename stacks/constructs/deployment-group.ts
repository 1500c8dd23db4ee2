import {
  Arn,
  ArnFormat,
  type aws_cloudwatch as cloudwatch,
  aws_codedeploy as codedeploy,
  aws_iam as iam,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Environment } from '../../declarations/environment';
import type { Names } from '../../declarations/names';
import { blueMinutes, deploymentConfiguration, holdMinutes, rollbackEvents } from '../../declarations/release';
import type { Service } from '../../declarations/system';
import type { LoadBalancer } from './load-balancer';
import type { Routing } from './routing';
import type { TaskRoles } from './task-roles';

export interface DeploymentGroupProps {
  readonly service: Service;
  readonly environment: Environment;
  readonly names: Names;
  /** Reference to the name of the CodeDeploy application. */
  readonly application: string;
  readonly loadBalancer: LoadBalancer;
  readonly routing: Routing;
  readonly roles: TaskRoles;
  /** Alarms that stop a deployment and roll it back. */
  readonly alarms: cloudwatch.CfnAlarm[];
}

/** How CodeDeploy releases a service: green beside blue, held until promotion, then shifted. */
export class DeploymentGroup extends Construct {
  readonly resource: codedeploy.CfnDeploymentGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeploymentGroupProps,
  ) {
    super(scope, id);
    const { service, environment, names, application, loadBalancer, routing, alarms } = props;
    this.resource = new codedeploy.CfnDeploymentGroup(this, 'Resource', {
      applicationName: application,
      deploymentGroupName: names.deploymentGroup(service),
      serviceRoleArn: this.role().roleArn,
      deploymentConfigName: deploymentConfiguration(environment),
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: holdMinutes },
        terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: blueMinutes },
      },
      ecsServices: [{ clusterName: names.cluster, serviceName: names.service(service) }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            prodTrafficRoute: { listenerArns: [loadBalancer.production.ref] },
            testTrafficRoute: { listenerArns: [loadBalancer.test.ref] },
            targetGroups: [{ name: routing.blue.attrTargetGroupName }, { name: routing.green.attrTargetGroupName }],
          },
        ],
      },
      autoRollbackConfiguration: {
        enabled: true,
        events: [...rollbackEvents],
      },
      alarmConfiguration: { enabled: true, alarms: alarms.map((alarm) => ({ name: alarm.ref })) },
    });
  }

  /** AWSCodeDeployRoleForECS allows everything everywhere; this is what it does, on this service only. */
  private role(): iam.Role {
    const { service, names, loadBalancer, routing, roles } = this.props;
    const stack = Stack.of(this);
    const ecs = (resource: string, resourceName: string) =>
      Arn.format({ service: 'ecs', resource, resourceName }, stack);
    const ecsService = `${names.cluster}/${names.service(service)}`;
    return new iam.Role(this, 'Role', {
      roleName: names.codeDeployRole(service),
      assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      inlinePolicies: {
        Release: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: [
                'ecs:DescribeServices',
                'ecs:CreateTaskSet',
                'ecs:UpdateServicePrimaryTaskSet',
                'ecs:DeleteTaskSet',
              ],
              resources: [ecs('service', ecsService), ecs('task-set', `${ecsService}/*`)],
            }),
            new iam.PolicyStatement({
              actions: ['elasticloadbalancing:ModifyListener', 'elasticloadbalancing:ModifyRule'],
              resources: [loadBalancer.production.ref, loadBalancer.test.ref, routing.production.ref, routing.test.ref],
            }),
            // Describing load balancers takes no resource. Source: AWS, "Actions, resources, and condition keys for Elastic Load Balancing V2".
            new iam.PolicyStatement({
              actions: ['TargetGroups', 'Listeners', 'Rules'].map((what) => `elasticloadbalancing:Describe${what}`),
              resources: ['*'],
            }),
            // CloudWatch asks for all alarms, also where the request names some (aws-samples/amazon-cloudwatch-auto-alarms#1).
            // Without the permission CodeDeploy cannot watch the alarms, and stops the deployment.
            new iam.PolicyStatement({
              actions: ['cloudwatch:DescribeAlarms'],
              resources: [
                Arn.format(
                  {
                    service: 'cloudwatch',
                    resource: 'alarm',
                    resourceName: '*',
                    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                  },
                  stack,
                ),
              ],
            }),
            new iam.PolicyStatement({
              actions: ['iam:PassRole'],
              resources: [roles.execution.roleArn, roles.task.roleArn],
              conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
            }),
          ],
        }),
      },
    });
  }
}

import type { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Environment } from '../../declarations/environment';
import type { DeliveryStep, Names } from '../../declarations/names';
import type { System } from '../../declarations/system';
import { allow, named } from './allow';
import { checksPermissions, type ChecksPermissionsProps } from './checks-permissions';
import { StageArns } from './stage-arns';

export interface DeliveryPermissionsProps {
  readonly names: Names;
  readonly system: System;
  readonly environment: Environment;
}

/**
 * What each step of the delivery may do, as policy statements. Source of which action takes which resource: AWS, Service
 * Authorization Reference.
 */
export class DeliveryPermissions {
  private readonly names: Names;
  private readonly arns: StageArns;
  private readonly props: ChecksPermissionsProps;

  constructor(stack: Stack, { names, system, environment }: DeliveryPermissionsProps) {
    this.names = names;
    this.arns = new StageArns(stack, names, system);
    this.props = { arns: this.arns, names, system, environment };
  }

  /** The statements of a step's role. */
  of(step: DeliveryStep): iam.PolicyStatement[] {
    return this[step]().flat();
  }

  /** Sees whether services become healthy, and ends one that never does. */
  private watch() {
    return [
      this.readStacks('DescribeChangeSet'),
      ...this.readTasks(),
      allow(['elasticloadbalancing:DescribeTargetHealth'], ['*']), // Takes no resource.
      // Why a task ended is in its last lines.
      allow(['logs:GetLogEvents'], this.arns.serviceLogs()),
      allow(['ecs:DeleteService'], [this.arns.ecsServices()]),
    ];
  }

  /** Starts green, or stops it and puts rolling services back. */
  private release() {
    return [
      this.readStacks(),
      ...this.readTasks(),
      ...this.readDeployments(),
      this.readTargets(),
      allow(['codedeploy:CreateDeployment'], this.arns.deploymentGroups()),
      allow(['codedeploy:RegisterApplicationRevision'], [this.arns.application()]),
      // Takes no resource.
      allow(['codedeploy:StopDeployment'], ['*']),
      ...this.putBack(),
      this.rememberPromoted(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Lets the traffic shift to green, or not. */
  private promotion() {
    return [
      this.readStacks(),
      ...this.readTasks(),
      ...this.readDeployments(),
      this.readTargets(),
      // Neither takes a resource.
      allow(['codedeploy:ContinueDeployment', 'codedeploy:StopDeployment'], ['*']),
      ...this.putBack(),
      this.rememberPromoted(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Protects the stage's stacks. */
  private protect() {
    const actions = ['UpdateTerminationProtection', 'SetStackPolicy', 'GetStackPolicy', 'DescribeStacks'];
    return [allow(named('cloudformation', actions), this.arns.stacks())];
  }

  private checks() {
    return [checksPermissions(this.props)];
  }

  private readStacks(...more: string[]) {
    const actions = ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources', ...more];
    return allow(named('cloudformation', actions), this.arns.stacks());
  }

  private readTasks() {
    const { cluster } = this.names;
    const { arns } = this;
    const inCluster = { ArnEquals: { 'ecs:cluster': arns.of('ecs', 'cluster', cluster) } };
    return [
      allow(
        ['ecs:DescribeServices', 'ecs:DescribeTaskSets', 'ecs:DescribeTasks'],
        [arns.ecsServices(), arns.of('ecs', 'task-set', `${cluster}/*`), arns.of('ecs', 'task', `${cluster}/*`)],
      ),
      // Listing takes no resource but a cluster to look in.
      allow(['ecs:ListTasks', 'ecs:ListServices'], ['*'], inCluster),
      // Task definitions are described without a resource.
      allow(['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], ['*']),
    ];
  }

  private readDeployments() {
    const { arns } = this;
    return [
      allow(
        named('codedeploy', ['ListDeployments', 'GetDeployment', 'BatchGetDeployments', 'GetDeploymentGroup']),
        arns.deploymentGroups(),
      ),
      allow(['codedeploy:GetApplication', 'codedeploy:GetApplicationRevision'], [arns.application()]),
      allow(
        ['codedeploy:GetDeploymentConfig'],
        [arns.of('codedeploy', 'deploymentconfig', 'CodeDeployDefault.*', ':')],
      ),
      // Targets of a deployment take no resource.
      allow(named('codedeploy', ['ListDeploymentTargets', 'GetDeploymentTarget', 'BatchGetDeploymentTargets']), ['*']),
    ];
  }

  /** Describing load balancers takes no resource. */
  private readTargets() {
    const what = ['LoadBalancers', 'LoadBalancerAttributes', 'Listeners', 'ListenerCertificates', 'Rules'];
    const groups = ['TargetGroups', 'TargetGroupAttributes', 'TargetHealth'];
    return allow(named('elasticloadbalancing:Describe', [...what, ...groups], ''), ['*']);
  }

  /** A rolling service goes back to its previous revision. */
  private putBack() {
    const { arns } = this;
    return [
      allow(['ecs:UpdateService'], [arns.ecsServices()]),
      allow(['iam:PassRole'], arns.rollingRoles(), {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      }),
    ];
  }

  /**
   * Scaling in while the traffic shifts can fail the deployment. Application Auto Scaling asks with the caller's permissions
   * whether it may also update the service, which `putBack` allows. Source: its User Guide, "Permissions validation for API calls on target resources".
   */
  private suspendScaleIn() {
    const { arns } = this;
    return [
      // A target's own id is not known beforehand.
      allow(
        ['application-autoscaling:RegisterScalableTarget'],
        [arns.of('application-autoscaling', 'scalable-target', '*')],
        {
          StringEquals: {
            'application-autoscaling:service-namespace': 'ecs',
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          },
        },
      ),
      allow(['application-autoscaling:DescribeScalableTargets'], ['*']),
    ];
  }

  private rememberPromoted() {
    const parameters = this.arns.of('ssm', 'parameter', `${this.names.parameters.slice(1)}/*`);
    return allow(['ssm:GetParameter', 'ssm:PutParameter'], [parameters]);
  }
}

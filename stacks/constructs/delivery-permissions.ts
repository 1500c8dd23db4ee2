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
      // Task definitions are described without a resource.
      allow(['ecs:DescribeTaskDefinition'], ['*']),
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
      this.readDeployments(),
      ...this.createDeployments(),
      // Takes no resource.
      allow(['codedeploy:StopDeployment'], ['*']),
      ...this.putBack(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Lets the traffic shift to green, or not. */
  private promotion() {
    return [
      this.readStacks(),
      ...this.readTasks(),
      this.readDeployments(),
      // Where production listens. Takes no resource.
      allow(['elasticloadbalancing:DescribeRules'], ['*']),
      // Neither takes a resource.
      allow(['codedeploy:ContinueDeployment', 'codedeploy:StopDeployment'], ['*']),
      allow(['ssm:PutParameter'], [this.promoted()]),
      this.updateServices(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Protects the stage's stacks. */
  private protect() {
    return [allow(named('cloudformation', ['UpdateTerminationProtection', 'SetStackPolicy']), this.arns.stacks())];
  }

  private checks() {
    return [checksPermissions(this.props)];
  }

  private readStacks(...more: string[]) {
    return allow(named('cloudformation', ['DescribeStacks', ...more]), this.arns.stacks());
  }

  /** Services, their tasks, and the health of these. */
  private readTasks() {
    const { cluster } = this.names;
    const { arns } = this;
    const inCluster = { ArnEquals: { 'ecs:cluster': arns.of('ecs', 'cluster', cluster) } };
    return [
      allow(
        ['ecs:DescribeServices', 'ecs:DescribeTasks'],
        [arns.ecsServices(), arns.of('ecs', 'task', `${cluster}/*`)],
      ),
      // Listing takes no resource but a cluster to look in.
      allow(['ecs:ListTasks'], ['*'], inCluster),
      // Takes no resource.
      allow(['elasticloadbalancing:DescribeTargetHealth'], ['*']),
    ];
  }

  private readDeployments() {
    return allow(named('codedeploy', ['ListDeployments', 'GetDeployment']), this.arns.deploymentGroups());
  }

  /** Whoever makes a deployment registers its revision, and reads what it is shifted by. */
  private createDeployments() {
    const { arns } = this;
    return [
      allow(['codedeploy:CreateDeployment'], arns.deploymentGroups()),
      allow(named('codedeploy', ['RegisterApplicationRevision', 'GetApplicationRevision']), [arns.application()]),
      allow(
        ['codedeploy:GetDeploymentConfig'],
        [arns.of('codedeploy', 'deploymentconfig', 'CodeDeployDefault.*', ':')],
      ),
    ];
  }

  /** A rolling service goes back to its previous revision. */
  private putBack() {
    return [
      this.updateServices(),
      allow(['ssm:GetParameter'], [this.promoted()]),
      allow(['iam:PassRole'], this.arns.rollingRoles(), {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      }),
    ];
  }

  /**
   * Scaling in while the traffic shifts can fail the deployment. Application Auto Scaling asks with the caller's permissions
   * whether it may also update the service, which `updateServices` allows. Source: its User Guide, "Permissions validation for API calls on target resources".
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

  private updateServices() {
    return allow(['ecs:UpdateService'], [this.arns.ecsServices()]);
  }

  /** Which revision of a rolling service was promoted last. */
  private promoted() {
    return this.arns.of('ssm', 'parameter', `${this.names.parameters.slice(1)}/*`);
  }
}

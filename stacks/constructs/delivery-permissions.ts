import { Arn, ArnFormat, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import type { DeliveryStep, Names } from '../../declarations/names';
import type { Service, System } from '../../declarations/system';

export interface DeliveryPermissionsProps {
  readonly names: Names;
  readonly system: System;
}

/**
 * What each step of the delivery may do, as policy statements. Resources are named by rule, because the roles exist before
 * what they act on. Source of which action takes which resource: AWS, Service Authorization Reference.
 */
export class DeliveryPermissions {
  constructor(
    private readonly stack: Stack,
    private readonly props: DeliveryPermissionsProps,
  ) {}

  /** The statements of a step's role. */
  of(step: DeliveryStep): iam.PolicyStatement[] {
    return this[step]();
  }

  /** Sees whether a service becomes healthy, and ends one that never does. */
  private watch() {
    return [
      this.readStacks(),
      allow(['cloudformation:DescribeChangeSet'], this.stacks()),
      ...this.readTasks(),
      allow(['elasticloadbalancing:DescribeTargetHealth'], ['*']), // Takes no resource.
      // Why a task ended is in its last lines.
      allow(['logs:GetLogEvents'], this.logGroups()),
      allow(['ecs:DeleteService'], this.ecsServices()),
    ];
  }

  /** Starts green, or stops it and puts rolling services back. */
  private release() {
    return [
      this.readStacks(),
      ...this.readTasks(),
      ...this.readDeployments(),
      this.readTargets(),
      allow(['codedeploy:CreateDeployment'], this.deploymentGroups()),
      allow(['codedeploy:RegisterApplicationRevision'], [this.application()]),
      // Takes no resource.
      allow(['codedeploy:StopDeployment'], ['*']),
      ...this.putBack(),
      ...this.rememberPromoted(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Looks at everything and changes nothing; the probe sends requests. */
  private checks() {
    const { names } = this.props;
    return [
      this.readStacks(),
      ...this.readTasks(),
      ...this.readDeployments(),
      this.readTargets(),
      allow(['ecs:DescribeClusters'], [this.arn('ecs', 'cluster', names.cluster)]),
      // None of these takes a resource.
      allow(
        [
          ...['Vpcs', 'VpcAttribute', 'Subnets', 'RouteTables', 'InternetGateways', 'NatGateways', 'Addresses'],
          ...['SecurityGroups', 'SecurityGroupRules', 'NetworkInterfaces', 'VpcEndpoints', 'FlowLogs'],
        ].map((what) => `ec2:Describe${what}`),
        ['*'],
      ),
      allow(
        ['ScalableTargets', 'ScalingPolicies', 'ScalingActivities'].map(
          (what) => `application-autoscaling:Describe${what}`,
        ),
        ['*'],
      ),
      allow(['cloudwatch:DescribeAlarms'], [this.arn('cloudwatch', 'alarm', '*', ':')]),
      // Takes no resource.
      allow(['logs:DescribeLogGroups'], ['*']),
      allow(['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents'], this.logGroups()),
      allow(['lambda:InvokeFunction'], [this.arn('lambda', 'function', names.probe, ':')]),
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
      ...this.rememberPromoted(),
      ...this.suspendScaleIn(),
    ];
  }

  /** Protects the stage's stacks. */
  private protect() {
    const actions = ['UpdateTerminationProtection', 'SetStackPolicy', 'GetStackPolicy', 'DescribeStacks'];
    return [
      allow(
        actions.map((a) => `cloudformation:${a}`),
        this.stacks(),
      ),
    ];
  }

  private readStacks() {
    const actions = ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources'];
    return allow(
      actions.map((a) => `cloudformation:${a}`),
      this.stacks(),
    );
  }

  private readTasks() {
    const { cluster } = this.props.names;
    const inCluster = { ArnEquals: { 'ecs:cluster': this.arn('ecs', 'cluster', cluster) } };
    return [
      allow(
        ['ecs:DescribeServices', 'ecs:DescribeTaskSets', 'ecs:DescribeTasks'],
        [...this.ecsServices(), this.arn('ecs', 'task-set', `${cluster}/*`), this.arn('ecs', 'task', `${cluster}/*`)],
      ),
      // Listing takes no resource but a cluster to look in.
      allow(['ecs:ListTasks', 'ecs:ListServices'], ['*'], inCluster),
      // Task definitions are described without a resource.
      allow(['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], ['*']),
    ];
  }

  private readDeployments() {
    return [
      allow(
        [
          'codedeploy:ListDeployments',
          'codedeploy:GetDeployment',
          'codedeploy:BatchGetDeployments',
          'codedeploy:GetDeploymentGroup',
        ],
        this.deploymentGroups(),
      ),
      allow(['codedeploy:GetApplication', 'codedeploy:GetApplicationRevision'], [this.application()]),
      allow(
        ['codedeploy:GetDeploymentConfig'],
        [this.arn('codedeploy', 'deploymentconfig', 'CodeDeployDefault.*', ':')],
      ),
      // Targets of a deployment take no resource.
      allow(
        ['codedeploy:ListDeploymentTargets', 'codedeploy:GetDeploymentTarget', 'codedeploy:BatchGetDeploymentTargets'],
        ['*'],
      ),
    ];
  }

  /** Describing load balancers takes no resource. */
  private readTargets() {
    const what = ['LoadBalancers', 'LoadBalancerAttributes', 'Listeners', 'ListenerCertificates', 'Rules'];
    const groups = ['TargetGroups', 'TargetGroupAttributes', 'TargetHealth'];
    return allow(
      [...what, ...groups].map((w) => `elasticloadbalancing:Describe${w}`),
      ['*'],
    );
  }

  /** A rolling service goes back to its previous revision. */
  private putBack() {
    const { names, system } = this.props;
    const rolling = system.services.filter((s) => s.release === 'ROLLING');
    if (!rolling.length) return [];
    return [
      allow(['ecs:UpdateService'], this.ecsServices(rolling)),
      allow(
        ['iam:PassRole'],
        rolling.flatMap((s) => [names.executionRole(s), names.taskRole(s)]).map((role) => this.roleArn(role)),
        { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      ),
    ];
  }

  /**
   * Scaling in while the traffic shifts can fail the deployment. Application Auto Scaling asks with the caller's permissions
   * whether it may also update the service. Source: its User Guide, "Permissions validation for API calls on target resources".
   */
  private suspendScaleIn() {
    const shifted = this.props.system.services.filter((s) => s.release === 'BLUE_GREEN');
    return [
      // A target's own id is not known beforehand.
      allow(
        ['application-autoscaling:RegisterScalableTarget'],
        [this.arn('application-autoscaling', 'scalable-target', '*')],
        {
          StringEquals: {
            'application-autoscaling:service-namespace': 'ecs',
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          },
        },
      ),
      allow(['application-autoscaling:DescribeScalableTargets'], ['*']),
      allow(['ecs:UpdateService'], this.ecsServices(shifted)),
    ];
  }

  private rememberPromoted() {
    return [
      allow(
        ['ssm:GetParameter', 'ssm:PutParameter'],
        [this.arn('ssm', 'parameter', `${this.props.names.parameters.slice(1)}/*`)],
      ),
    ];
  }

  private arn(service: string, resource: string, resourceName: string, separator: '/' | ':' = '/') {
    const arnFormat = separator === ':' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
    return Arn.format({ service, resource, resourceName, arnFormat }, this.stack);
  }
  private roleArn(name: string) {
    return Arn.format({ service: 'iam', region: '', resource: 'role', resourceName: name }, this.stack);
  }
  private stacks() {
    const { names, system } = this.props;
    const kinds = ['access', 'network', 'platform', ...system.services.map((s) => s.name)];
    return kinds.map((kind) => this.arn('cloudformation', 'stack', `${names.stack(kind)}/*`));
  }
  private ecsServices(services: Service[] = this.props.system.services) {
    const { names } = this.props;
    return services.map((s) => this.arn('ecs', 'service', `${names.cluster}/${names.service(s)}`));
  }
  private logGroups() {
    const { names, system } = this.props;
    return system.services.map((service) => `${this.arn('logs', 'log-group', names.logGroup(service), ':')}:*`);
  }
  private application() {
    return this.arn('codedeploy', 'application', this.props.names.codeDeployApplication, ':');
  }
  private deploymentGroups() {
    const { names, system } = this.props;
    return system.services
      .filter((s) => s.release === 'BLUE_GREEN')
      .map((s) =>
        this.arn('codedeploy', 'deploymentgroup', `${names.codeDeployApplication}/${names.deploymentGroup(s)}`, ':'),
      );
  }
}

const allow = (actions: string[], resources: string[], conditions?: iam.Conditions) =>
  new iam.PolicyStatement({ actions, resources, conditions });

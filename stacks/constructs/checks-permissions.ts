import type { aws_iam as iam } from 'aws-cdk-lib';
import type { Environment } from '../../declarations/environment';
import type { Names } from '../../declarations/names';
import type { System } from '../../declarations/system';
import { allow, named } from './allow';
import type { StageArns } from './stage-arns';

export interface ChecksPermissionsProps {
  readonly arns: StageArns;
  readonly names: Names;
  readonly system: System;
  readonly environment: Environment;
}

/**
 * What the live checks do in the stage's account: they look at everything and change nothing, and their probe sends requests. Only
 * where the environment has a trial of scaling, they set the state of the alarms that scaling policies have.
 */
export function checksPermissions(props: ChecksPermissionsProps): iam.PolicyStatement[] {
  return [
    ...tasks(props),
    ...network(props),
    ...traffic(props),
    ...telemetry(props),
    ...scaling(props),
    ...data(props),
    ...discovery(props),
  ].flat();
}

type Statements = iam.PolicyStatement[][];

/** Stacks with their outputs and protection, the cluster and what runs in it. */
function tasks({ arns, names: { cluster } }: ChecksPermissionsProps): Statements {
  const inCluster = { ArnEquals: { 'ecs:cluster': arns.of('ecs', 'cluster', cluster) } };
  return [
    allow(named('cloudformation', ['DescribeStacks', 'GetStackPolicy']), arns.stacks()),
    allow(['ecs:DescribeClusters'], [arns.of('ecs', 'cluster', cluster)]),
    allow(['ecs:DescribeServices', 'ecs:DescribeTasks'], [arns.ecsServices(), arns.of('ecs', 'task', `${cluster}/*`)]),
    // Listing takes no resource but a cluster to look in.
    allow(['ecs:ListTasks'], ['*'], inCluster),
    // Task definitions are described without a resource.
    allow(['ecs:DescribeTaskDefinition'], ['*']),
  ];
}

/** Describing networks takes no resource, but for a VPC's attributes. */
function network({ arns, names }: ChecksPermissionsProps): Statements {
  const vpc = ['Vpcs', 'Subnets', 'RouteTables', 'NatGateways', 'Addresses'];
  const inIt = ['SecurityGroups', 'NetworkInterfaces', 'VpcEndpoints', 'FlowLogs'];
  return [
    allow(named('ec2:Describe', [...vpc, ...inIt], ''), ['*']),
    // The VPC's id is not known beforehand.
    allow(['ec2:DescribeVpcAttribute'], [arns.of('ec2', 'vpc', '*')]),
    allow(['lambda:InvokeFunction'], [arns.of('lambda', 'function', names.probe, ':')]),
  ];
}

/** Load balancer and releases. Describing load balancers takes no resource, and neither do the targets of a deployment. */
function traffic({ arns }: ChecksPermissionsProps): Statements {
  const balancer = ['LoadBalancers', 'LoadBalancerAttributes', 'Listeners', 'Rules'];
  const groups = ['TargetGroups', 'TargetGroupAttributes', 'TargetHealth'];
  return [
    allow(named('elasticloadbalancing:Describe', [...balancer, ...groups], ''), ['*']),
    allow(['acm:DescribeCertificate'], [arns.of('acm', 'certificate', '*')]),
    allow(named('codedeploy', ['ListDeployments', 'GetDeployment', 'GetDeploymentGroup']), arns.deploymentGroups()),
    allow(['codedeploy:GetApplication'], [arns.application()]),
    allow(['codedeploy:GetDeploymentConfig'], [arns.of('codedeploy', 'deploymentconfig', 'CodeDeployDefault.*', ':')]),
    allow(named('codedeploy', ['ListDeploymentTargets', 'GetDeploymentTarget']), ['*']),
  ];
}

/** Logs, alarms, their topic, the dashboard, and the keys of whatever is encrypted. */
function telemetry({ arns, names, system }: ChecksPermissionsProps): Statements {
  return [
    // Takes no resource.
    allow(['logs:DescribeLogGroups'], ['*']),
    allow(['logs:GetLogEvents', ...(system.database ? ['logs:FilterLogEvents'] : [])], arns.serviceLogs()),
    allow(['cloudwatch:DescribeAlarms'], [arns.of('cloudwatch', 'alarm', '*', ':')]),
    allow(['sns:GetTopicAttributes'], [arns.alarmTopic()]),
    allow(
      ['cloudwatch:GetDashboard'],
      system.dashboard ? [arns.global('cloudwatch', 'dashboard', names.dashboard)] : [],
    ),
    // A key's id is not known beforehand.
    allow(['kms:DescribeKey', 'kms:GetKeyRotationStatus'], [arns.of('kms', 'key', '*')]),
  ];
}

/** Scaling's descriptions take no resource. Application Auto Scaling begins the names of its alarms with what they scale. */
function scaling({ arns, names, environment: { scalingTrial } }: ChecksPermissionsProps): Statements {
  const described = ['ScalableTargets', 'ScalingPolicies', ...(scalingTrial ? ['ScalingActivities'] : [])];
  const alarms = arns.of('cloudwatch', 'alarm', `TargetTracking-service/${names.cluster}/*`, ':');
  return [
    allow(named('application-autoscaling:Describe', described, ''), ['*']),
    allow(['cloudwatch:SetAlarmState', 'cloudwatch:DescribeAlarmHistory'], scalingTrial ? [alarms] : []),
  ];
}

/** Describes what holds data, and never reads it. */
function data({ arns, names, system }: ChecksPermissionsProps): Statements {
  const ofDatabase = (resource: string, name: string) => (system.database ? [arns.of('rds', resource, name, ':')] : []);
  return [
    allow(['secretsmanager:DescribeSecret'], arns.secrets()),
    allow(['rds:DescribeDBClusters'], ofDatabase('cluster', names.database)),
    allow(['rds:DescribeDBInstances'], ofDatabase('db', `${names.database}-*`)),
    // The stack's parameter group, whose name CloudFormation makes.
    allow(['rds:DescribeDBClusterParameters'], ofDatabase('cluster-pg', `${names.stack('data')}-*`)),
  ];
}

/** Ids in Cloud Map are not known beforehand. */
function discovery({ arns }: ChecksPermissionsProps): Statements {
  return [
    allow(['servicediscovery:GetNamespace'], [arns.of('servicediscovery', 'namespace', '*')]),
    allow(named('servicediscovery', ['GetService', 'ListInstances']), [arns.of('servicediscovery', 'service', '*')]),
    // Takes no resource.
    allow(['servicediscovery:ListServices'], ['*']),
  ];
}

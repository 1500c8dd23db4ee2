import { Arn, aws_ec2 as ec2, aws_iam as iam, aws_logs as logs, type RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { TelemetryKey } from './telemetry-key';

export interface FlowLogsProps {
  readonly names: Names;
  readonly vpc: ec2.IVpc;
  readonly key: TelemetryKey;
  /** Days that records are kept. */
  readonly retention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** A record of every connection in the VPC, accepted or rejected. */
export class FlowLogs extends Construct {
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, { names, vpc, key, retention, removalPolicy }: FlowLogsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: names.flowLogGroup,
      retention,
      encryptionKey: key,
      removalPolicy,
    });
    Tags.of(this.logGroup).add('Name', names.flowLogGroup);
    const role = new iam.Role(this, 'Role', {
      roleName: names.flowLogRole,
      description: `Writes the flow logs of ${names.vpc}`,
      // Source: AWS, "IAM role for publishing flow logs to CloudWatch Logs": both conditions keep other accounts' flow logs out.
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': Arn.format({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' }, stack),
          },
        },
      }),
      inlinePolicies: {
        Log: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
              resources: [this.logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    Tags.of(role).add('Name', names.flowLogRole);
    const flowLog = new ec2.CfnFlowLog(this, 'Resource', {
      resourceType: 'VPC',
      resourceId: vpc.vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: this.logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    Tags.of(flowLog).add('Name', names.vpc);
  }
}

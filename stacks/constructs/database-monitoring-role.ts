import { Arn, ArnFormat, aws_iam as iam, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface DatabaseMonitoringRoleProps {
  readonly roleName: string;
  /** Begins the names of the instances. */
  readonly instances: string;
}

/**
 * Role with which RDS writes an instance's operating-system metrics, into a log group that RDS makes once for the account and
 * keeps 30 days. AWS's managed policy allows every group that begins with RDS. Source: AWS, "Setting up and enabling Enhanced
 * Monitoring", also for the conditions.
 */
export class DatabaseMonitoringRole extends iam.Role {
  constructor(scope: Construct, id: string, { roleName, instances }: DatabaseMonitoringRoleProps) {
    const stack = Stack.of(scope);
    const arn = (service: string, resource: string, resourceName: string) =>
      Arn.format({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME }, stack);
    super(scope, id, {
      roleName,
      assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': arn('rds', 'db', `${instances}-*`) },
        },
      }),
      inlinePolicies: {
        Metrics: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
              // CloudWatch Logs may ask for the group's streams, without a name (widdix/aws-cf-templates#308).
              resources: ['RDSOSMetrics', 'RDSOSMetrics:log-stream:'].map((name) => arn('logs', 'log-group', name)),
            }),
            new iam.PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'],
              resources: [arn('logs', 'log-group', 'RDSOSMetrics:log-stream:*')],
            }),
          ],
        }),
      },
    });
    Tags.of(this).add('Name', roleName);
  }
}

import { Arn, aws_iam as iam, type aws_logs as logs, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { TaskSecrets } from './task-secrets';

export interface TaskRolesProps {
  readonly executionRoleName: string;
  readonly taskRoleName: string;
  readonly repositoryArn: string;
  readonly logGroup: logs.ILogGroup;
  readonly secrets?: TaskSecrets;
  /** ECS Exec talks through Session Manager. */
  readonly executeCommand: boolean;
  /** The collector sends traces to X-Ray. */
  readonly tracing: boolean;
}

/** The role that ECS starts a task with, and the role that the task's own code has. */
export class TaskRoles extends Construct {
  readonly execution: iam.Role;
  readonly task: iam.Role;

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // Another account's service must not make ECS use the task's role. AWS documents these conditions for the task role only.
    const taskAssumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': Arn.format({ service: 'ecs', resource: '*' }, stack) },
      },
    });
    this.execution = new iam.Role(this, 'Execution', {
      roleName: props.executionRoleName,
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
      inlinePolicies: {
        Image: document(
          // A token is the registry's, not a repository's: the action takes no resource.
          statement(['ecr:GetAuthorizationToken'], '*'),
          statement(
            ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
            props.repositoryArn,
          ),
        ),
        Log: document(statement(['logs:CreateLogStream', 'logs:PutLogEvents'], props.logGroup.logGroupArn)),
        ...(props.secrets && { Secrets: readSecrets(props.secrets, stack.region) }),
      },
    });
    this.task = new iam.Role(this, 'Task', {
      roleName: props.taskRoleName,
      assumedBy: taskAssumedBy,
      inlinePolicies: {
        ...(props.executeCommand && { ExecuteCommand: executeCommand() }),
        ...(props.tracing && { Trace: trace() }),
      },
    });
    Tags.of(this.execution).add('Name', props.executionRoleName);
    Tags.of(this.task).add('Name', props.taskRoleName);
  }
}

const statement = (actions: string[], ...resources: string[]) => new iam.PolicyStatement({ actions, resources });
const document = (...statements: iam.PolicyStatement[]) => new iam.PolicyDocument({ statements });

/** Just the task's own secrets, and their key on the way through Secrets Manager only. */
const readSecrets = ({ secretArns, parameterArns, keyArn }: TaskSecrets, region: string) =>
  document(
    statement(['secretsmanager:GetSecretValue'], ...secretArns),
    ...(parameterArns.length ? [statement(['ssm:GetParameters'], ...parameterArns)] : []),
    new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    }),
  );

/** Session Manager's channels have no resource. Source: AWS, "Actions, resources, and condition keys for Amazon Message Gateway Service". */
const executeCommand = () =>
  document(
    statement(
      ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
        (a) => `ssmmessages:${a}`,
      ),
      '*',
    ),
  );

/** Traces and sampling have no resource. Source: AWS, "Actions, resources, and condition keys for AWS X-Ray". */
const trace = () =>
  document(
    statement(
      ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map((a) => `xray:${a}`),
      '*',
    ),
  );

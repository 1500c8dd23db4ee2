import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { type CfnPolicy, type Policy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { CodePipeline } from 'aws-cdk-lib/pipelines';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** Roles of bootstrapping that the CLI deploys the pipeline's own stack with. */
const bootstrapRoles = ['deploy-role', 'file-publishing-role'];

/**
 * CDK lets SelfMutate describe all stacks, list all buckets, and assume each role in the account that is marked as one of
 * bootstrapping's. As itself the CLI looks only whether the account is bootstrapped (aws/aws-cdk#13764 shows its calls);
 * everything else it does in bootstrapping's roles. So this is narrowed to bootstrapping's stack, bucket and roles in the pipeline's
 * region, and to the pipeline's own stack. Call it when the pipeline is built.
 */
export function narrowSelfMutation(pipeline: CodePipeline): void {
  const stack = Stack.of(pipeline);
  const arnOfStack = (name: string) =>
    stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${name}/*` });
  const bucket = Arn.format(
    {
      service: 's3',
      account: '',
      region: '',
      resource: `cdk-hnb659fds-assets-${stack.account}-${stack.region}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    },
    stack,
  );
  const { account, region } = stack;
  const roles = bootstrapRoles.map((role) =>
    stack.formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: `cdk-hnb659fds-${role}-${account}-${region}`,
    }),
  );
  const narrow = new Map<unknown, string[]>([
    ['sts:AssumeRole', roles],
    ['cloudformation:DescribeStacks', ['CDKToolkit', stack.stackName].map(arnOfStack)],
    ['s3:ListBucket', [bucket]],
  ]);
  const policy = pipeline.selfMutationProject.role!.node.findChild('DefaultPolicy') as Policy;
  const document = policy.document.toJSON() as { Statement: Statement[] };
  const Statement = document.Statement.map((statement) =>
    typeof statement.Action === 'string' && narrow.has(statement.Action)
      ? { ...statement, Resource: narrow.get(statement.Action) }
      : statement,
  );
  (policy.node.defaultChild as CfnPolicy).policyDocument = PolicyDocument.fromJson({ ...document, Statement });
}

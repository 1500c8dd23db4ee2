import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { type CfnPolicy, type Policy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { CodePipeline } from 'aws-cdk-lib/pipelines';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/**
 * CDK lets SelfMutate describe all stacks and list all buckets. As itself the CLI looks only whether the account is
 * bootstrapped (aws/aws-cdk#13764 shows its calls); everything else it does in bootstrapping's roles. So these two are narrowed
 * to bootstrapping's stack and bucket, and to the pipeline's own stack. Call it when the pipeline is built.
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
  const narrow = new Map<unknown, string[]>([
    ['cloudformation:DescribeStacks', ['CDKToolkit', stack.stackName].map(arnOfStack)],
    ['s3:ListBucket', [bucket]],
  ]);
  const policy = pipeline.selfMutationProject.role!.node.findChild('DefaultPolicy') as Policy;
  const document = policy.document.toJSON() as { Statement: Statement[] };
  const Statement = document.Statement.map((statement) =>
    statement.Resource === '*' ? { ...statement, Resource: narrow.get(statement.Action) } : statement,
  );
  (policy.node.defaultChild as CfnPolicy).policyDocument = PolicyDocument.fromJson({ ...document, Statement });
}

import { Stack } from 'aws-cdk-lib';
import { type CfnPolicy, type Policy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { CodePipeline } from 'aws-cdk-lib/pipelines';
import { bootstrapRole } from '../declarations/bootstrap';
import { roleArn } from './role-arn';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** Roles of bootstrapping that the CLI deploys the pipeline's own stack with. */
const bootstrapRoles = ['deploy-role', 'file-publishing-role'] as const;

/** What the CLI asks as itself where it cannot act in them. */
const looks = ['cloudformation:DescribeStacks', 's3:ListBucket'];

/**
 * CDK lets SelfMutate describe all stacks, list all buckets, and assume each role in the account that is marked as one of
 * bootstrapping's. Everything that the CLI does there it does in bootstrapping's roles; as itself it looks only where it may not assume them
 * (aws/aws-cdk#13764 shows its calls), and then it cannot deploy either. So it may assume those roles of the pipeline's region, and no more.
 * Call it when the pipeline is built.
 */
export function narrowSelfMutation(pipeline: CodePipeline): void {
  const stack = Stack.of(pipeline);
  const roles = bootstrapRoles.map((role) => roleArn(stack, stack.account, bootstrapRole(role, stack)));
  const policy = pipeline.selfMutationProject.role!.node.findChild('DefaultPolicy') as Policy;
  const document = policy.document.toJSON() as { Statement: Statement[] };
  const Statement = document.Statement.filter(({ Action }) => !looks.includes(String(Action))).map((statement) =>
    statement.Action === 'sts:AssumeRole' ? { ...statement, Resource: roles } : statement,
  );
  (policy.node.defaultChild as CfnPolicy).policyDocument = PolicyDocument.fromJson({ ...document, Statement });
}

import {
  ChangeSetNotFoundException,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { StackView } from './decisions/stack-progress';

/** CDK Pipelines gives every change set this name. */
const changeSetName = 'PipelineChange';

/** Reads a stack and its prepared change set. What does not exist (yet) is absent. */
export async function viewStack(cloudFormation: CloudFormationClient, StackName: string): Promise<StackView> {
  const stack = await cloudFormation
    .send(new DescribeStacksCommand({ StackName }))
    .then((answer) => answer.Stacks?.[0])
    .catch(absent);
  if (!stack) return {};
  const changeSet = await cloudFormation
    .send(new DescribeChangeSetCommand({ StackName, ChangeSetName: changeSetName }))
    .catch(absent);
  return { stackStatus: stack.StackStatus, stackStatusReason: stack.StackStatusReason, changeSet };
}

/** CloudFormation answers a ValidationError for a stack that does not exist. */
function absent(error: Error): undefined {
  if (error instanceof ChangeSetNotFoundException || error.name === 'ChangeSetNotFound') return undefined;
  if (error.name === 'ValidationError' && error.message.includes('does not exist')) return undefined;
  throw error;
}

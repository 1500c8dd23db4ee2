import type * as sdk from '@aws-sdk/client-cloudformation';
import { findStack } from '../../cloudformation/stack';
import type { Environment } from '../../state';
import { passRoles, type Need, type Rules } from './rules';

/** A stack's ARN; one that does not exist yet has any id. */
function stackArn(env: Environment, nameOrArn = '*'): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return findStack(env, nameOrArn)?.id ?? env.arn('cloudformation', `stack/${nameOrArn}/*`);
}

interface Input {
  StackName?: string;
  ChangeSetName?: string;
  RoleARN?: string;
}

/** A stack, whatever is done to it, and the role that CloudFormation is to do it in. */
function stack({ StackName, ChangeSetName, RoleARN }: Input, env: Environment): Need[] {
  const context = {
    ...(ChangeSetName && { 'cloudformation:changesetname': ChangeSetName }),
    ...(RoleARN && { 'cloudformation:rolearn': RoleARN }),
  };
  return [
    { resource: stackArn(env, StackName ?? changed(env, ChangeSetName)), context },
    ...passRoles('cloudformation.amazonaws.com', RoleARN),
  ];
}

/** The stack of a change set that is named alone. */
const changed = (env: Environment, changeSet?: string) =>
  env.stacks.find(({ changeSets }) => changeSets.some(({ id }) => id === changeSet))?.id;

export const cloudformation: Rules<typeof sdk> = {
  CreateChangeSet: stack,
  DescribeChangeSet: stack,
  ListChangeSets: stack,
  DeleteChangeSet: stack,
  ExecuteChangeSet: stack,
  CreateStack: stack,
  UpdateStack: stack,
  CancelUpdateStack: stack,
  DeleteStack: stack,
  UpdateTerminationProtection: stack,
  SetStackPolicy: stack,
  GetStackPolicy: stack,
  DescribeStacks: stack,
  DescribeStackEvents: stack,
  DescribeStackResources: stack,
  DescribeStackResource: stack,
  ListStackResources: stack,
  GetTemplate: stack,
  GetTemplateSummary: (input, env) => (input.StackName ? stack(input, env) : '*'),
};

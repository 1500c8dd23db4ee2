import type * as sdk from '@aws-sdk/client-cloudformation';
import type { ChangeSet } from './change-set';
import type { Desired, Stack, StackResource } from './stack';

// Stacks, resources and change sets as the API tells them.

export function describeParameters({ parameters, template }: Desired): sdk.Parameter[] {
  return Object.entries(parameters.given).map(([ParameterKey, value]) => {
    const { NoEcho, Type } = template.Parameters![ParameterKey]!;
    const ResolvedValue = Type.startsWith('AWS::SSM') ? String(parameters.resolved[ParameterKey]) : undefined;
    return { ParameterKey, ParameterValue: String(NoEcho) === 'true' ? '****' : value, ResolvedValue };
  });
}

export const describeStack = (stack: Stack): sdk.Stack => ({
  StackId: stack.id,
  StackName: stack.name,
  Description: stack.current?.template.Description,
  CreationTime: stack.created,
  LastUpdatedTime: stack.updated,
  DeletionTime: stack.deleted,
  StackStatus: stack.status as sdk.StackStatus,
  StackStatusReason: stack.reason,
  DisableRollback: false,
  EnableTerminationProtection: stack.protected,
  NotificationARNs: [],
  Tags: (stack.current?.tags ?? []) as sdk.Tag[],
  Capabilities: (stack.current?.capabilities ?? []) as sdk.Capability[],
  RoleARN: stack.current?.roleArn,
  Parameters: stack.current ? describeParameters(stack.current) : [],
  Outputs: stack.outputs.map((output) => ({
    OutputKey: output.key,
    OutputValue: output.value,
    Description: output.description,
    ExportName: output.exportName,
  })),
  DriftInformation: { StackDriftStatus: stack.drift?.status ?? 'NOT_CHECKED', LastCheckTimestamp: stack.drift?.at },
});

export const summarizeStack = (stack: Stack): sdk.StackSummary => ({
  StackId: stack.id,
  StackName: stack.name,
  CreationTime: stack.created,
  LastUpdatedTime: stack.updated,
  DeletionTime: stack.deleted,
  StackStatus: stack.status as sdk.StackStatus,
  StackStatusReason: stack.reason,
});

export const describeResource = (stack: Stack, record: StackResource): sdk.StackResource & sdk.StackResourceDetail => ({
  StackId: stack.id,
  StackName: stack.name,
  LogicalResourceId: record.logicalId,
  PhysicalResourceId: record.resource?.id,
  ResourceType: record.type,
  Timestamp: record.updated,
  LastUpdatedTimestamp: record.updated,
  ResourceStatus: record.status as sdk.ResourceStatus,
  ResourceStatusReason: record.reason,
  Metadata: record.metadata ? JSON.stringify(record.metadata) : undefined,
  DriftInformation: {
    StackResourceDriftStatus: stack.drift?.drifts.get(record.logicalId)?.StackResourceDriftStatus ?? 'NOT_CHECKED',
  },
});

export const describeChangeSet = (set: ChangeSet): sdk.DescribeChangeSetOutput =>
  ({
    ...summarizeChangeSet(set),
    Description: set.description,
    ChangeSetType: set.type,
    Changes: set.changes,
    Parameters: describeParameters(set.desired),
    Tags: set.desired.tags as sdk.Tag[],
    Capabilities: set.desired.capabilities as sdk.Capability[],
  }) as sdk.DescribeChangeSetOutput;

export const summarizeChangeSet = (set: ChangeSet): sdk.ChangeSetSummary => ({
  ChangeSetId: set.id,
  ChangeSetName: set.name,
  StackId: set.stack.id,
  StackName: set.stack.name,
  Status: set.status,
  StatusReason: set.reason,
  ExecutionStatus: set.execution,
  CreationTime: set.created,
  Description: set.description,
});

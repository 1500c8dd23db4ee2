import * as cfn from '@aws-sdk/client-cloudformation';
import { strFromU8, unzipSync } from 'fflate';
import { fetchArtifact } from '../artifacts';
import {
  ActionFailure,
  actorOf,
  clientInRole,
  inputArtifact,
  type ActionContext,
  type ActionResult,
  type Executor,
} from './executor';

const pollMilliseconds = 100;

/** Makes or executes a change set, as a client of CloudFormation in the action's role. */
export const cloudFormation: Executor = async (context) => {
  const mode = context.run.configuration.ActionMode;
  const perform = { CHANGE_SET_REPLACE: replaceChangeSet, CHANGE_SET_EXECUTE: executeChangeSet }[mode ?? ''];
  if (!perform)
    throw new ActionFailure('ConfigurationError', `A rehearsal cannot do CloudFormation's action mode ${mode}`);
  const client = new cfn.CloudFormationClient(await clientInRole(context));
  try {
    return await perform(client, context);
  } finally {
    client.destroy();
  }
};

async function replaceChangeSet(client: cfn.CloudFormationClient, context: ActionContext): Promise<ActionResult> {
  const c = context.run.configuration;
  const target = { StackName: c.StackName, ChangeSetName: c.ChangeSetName };
  const stack = await describeStack(client, c.StackName!);
  if (stack) await client.send(new cfn.DeleteChangeSetCommand(target));
  const options = c.TemplateConfiguration ? JSON.parse(await artifactFile(context, c.TemplateConfiguration)) : {};
  const parameters = { ...options.Parameters, ...JSON.parse(c.ParameterOverrides || '{}') };
  const pairs = (values: object = {}) => Object.entries(values) as [string, string][];
  await client.send(
    new cfn.CreateChangeSetCommand({
      ...target,
      ChangeSetType: !stack || stack.StackStatus === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE',
      TemplateBody: await artifactFile(context, c.TemplatePath!),
      RoleARN: c.RoleArn,
      Capabilities: c.Capabilities?.split(',') as cfn.Capability[],
      Tags: pairs(options.Tags).map(([Key, Value]) => ({ Key, Value })),
      Parameters: pairs(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    }),
  );
  let made = await client.send(new cfn.DescribeChangeSetCommand(target));
  while (/PENDING|IN_PROGRESS/.test(made.Status ?? '')) {
    await pause();
    made = await client.send(new cfn.DescribeChangeSetCommand(target));
  }
  context.run.externalId = made.ChangeSetId;
  if (hasNoChanges(made)) return { summary: 'no changes' };
  if (made.Status === 'FAILED')
    throw new ActionFailure('JobFailed', made.StatusReason ?? 'The change set could not be made');
  const count = made.Changes?.length ?? 0;
  return { summary: count === 1 ? '1 change' : `${count} changes` };
}

async function executeChangeSet(client: cfn.CloudFormationClient, context: ActionContext): Promise<ActionResult> {
  const { StackName, ChangeSetName } = context.run.configuration as { StackName: string; ChangeSetName: string };
  const target = { StackName, ChangeSetName };
  const made = await client.send(new cfn.DescribeChangeSetCommand(target));
  context.run.externalId = made.StackId;
  if (!hasNoChanges(made)) await client.send(new cfn.ExecuteChangeSetCommand(target));
  let stack = await describeStack(client, StackName);
  while (stack?.StackStatus?.endsWith('_IN_PROGRESS')) {
    if (context.signal.aborted)
      throw new ActionFailure('JobFailed', 'The execution was stopped; CloudFormation goes on');
    await pause();
    stack = await describeStack(client, StackName);
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack?.StackStatus ?? '')) {
    const why = await firstFailure(client, StackName);
    throw new ActionFailure(
      'JobFailed',
      `Stack ${StackName} is ${stack?.StackStatus ?? 'gone'}. ${why ?? stack?.StackStatusReason ?? ''}`.trim(),
    );
  }
  return {
    summary: hasNoChanges(made) ? 'no changes' : stack!.StackStatus,
    variables: Object.fromEntries((stack!.Outputs ?? []).map((o) => [o.OutputKey!, o.OutputValue!])),
  };
}

const hasNoChanges = ({ Status, StatusReason = '' }: cfn.DescribeChangeSetCommandOutput) =>
  Status === 'FAILED' && /didn't contain changes|No updates are to be performed/.test(StatusReason);

const pause = () => new Promise((done) => setTimeout(done, pollMilliseconds));

/** The stack; undefined where it does not exist. Every other error is one. */
async function describeStack(client: cfn.CloudFormationClient, StackName: string): Promise<cfn.Stack | undefined> {
  try {
    return (await client.send(new cfn.DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** The resource that failed first in the last operation, and its reason. */
async function firstFailure(client: cfn.CloudFormationClient, StackName: string): Promise<string | undefined> {
  const { StackEvents = [] } = await client.send(new cfn.DescribeStackEventsCommand({ StackName }));
  const starts = (e: cfn.StackEvent) =>
    e.PhysicalResourceId === e.StackId && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(e.ResourceStatus ?? '');
  const last = StackEvents.findIndex(starts);
  const failed = StackEvents.slice(0, last < 0 ? undefined : last).filter(
    (e) => e.ResourceStatus?.endsWith('_FAILED') && !/cancelled/i.test(e.ResourceStatusReason ?? ''),
  );
  const first = failed.at(-1);
  return first && `${first.LogicalResourceId} (${first.ResourceType}): ${first.ResourceStatusReason}`;
}

/** The text of Artifact::path. */
async function artifactFile(context: ActionContext, reference: string): Promise<string> {
  const { env, execution, run } = context;
  const [artifact = '', path = ''] = reference.split('::');
  if (!run.action.inputs.includes(artifact)) {
    throw new ActionFailure('ConfigurationError', `${reference}: the action has no input artifact ${artifact}`);
  }
  const zip = fetchArtifact(env, actorOf(context), inputArtifact(execution, artifact).location);
  const found = unzipSync(zip, { filter: (file) => file.name === path })[path];
  if (!found) throw new ActionFailure('ConfigurationError', `File [${path}] does not exist in artifact [${artifact}]`);
  return strFromU8(found);
}

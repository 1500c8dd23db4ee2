import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { findStack } from '../outputs/stacks';
import { onChange, until } from '../../promotion/wait';
import { emptyBuckets } from './buckets';
import type { Work } from './work';

/** Seconds for one stack. Lambda gives back its network interfaces up to 40 minutes late (cloudformation-coverage-roadmap#392). */
const patience = 3600;
/** A load balancer writes a last log after its bucket was emptied, and interfaces may be in use for longer than CloudFormation waits. */
const attempts = 3;

/** Deletes the stacks side by side, and resolves when they are gone. Throws with CloudFormation's reason where one stays. */
export async function deleteStacks(work: Work, stacks: Stack[], buckets: string[]): Promise<void> {
  const all = await Promise.allSettled(stacks.map((stack) => deleteStack(work, stack, buckets)));
  const failed = all.flatMap((r) => (r.status === 'rejected' ? [(r.reason as Error).message] : []));
  if (failed.length) throw new Error(failed.join('\n'));
}

async function deleteStack(work: Work, { StackName, StackId }: Stack, buckets: string[]): Promise<void> {
  const { clients, pace, say } = work;
  const began = pace.now();
  for (let attempt = 1; ; attempt++) {
    await clients.cloudFormation.send(new DeleteStackCommand({ StackName: StackId }));
    if (attempt === 1) say(`${StackName}: deleting.`);
    // The status of a moment ago would look like a refusal.
    await pace.sleep(pace.seconds);
    const status = await ended(work, StackId!);
    if (status === 'DELETE_COMPLETE') break;
    const reason = await whyNotDeleted(work, StackId!);
    if (attempt === attempts) throw new Error(`${StackName} was not deleted (${status}): ${reason}`);
    say(`${StackName}: not deleted yet, once more. ${reason}`);
    await emptyBuckets(work, buckets);
  }
  say(`${StackName}: deleted in ${Math.round(pace.now() - began)} s.`);
}

/** Status that the deletion ended with. An id is known for 90 days after it; a stack that is known no longer is gone. */
async function ended(work: Work, StackId: string): Promise<string> {
  const { clients, pace, say } = work;
  const progress = onChange(say);
  return until(pace, patience, `${StackId} to be deleted`, async () => {
    const stack = await findStack(clients.cloudFormation, StackId);
    const status = stack?.StackStatus ?? 'DELETE_COMPLETE';
    if (status !== 'DELETE_IN_PROGRESS') return status;
    const [latest] = await eventsOf(work, StackId);
    if (latest?.ResourceStatusReason)
      progress(`${stack!.StackName}: ${latest.LogicalResourceId}: ${latest.ResourceStatusReason}`);
    return undefined;
  });
}

/** The reasons of the resources that failed since the last deletion began. */
async function whyNotDeleted(work: Work, StackId: string): Promise<string> {
  const events = await eventsOf(work, StackId);
  const began = events.findIndex((e) => e.PhysicalResourceId === StackId && e.ResourceStatus === 'DELETE_IN_PROGRESS');
  const failed = events
    .slice(0, began < 0 ? undefined : began)
    .filter((e) => e.ResourceStatus === 'DELETE_FAILED' && e.PhysicalResourceId !== StackId);
  const stack = await findStack(work.clients.cloudFormation, StackId);
  const reasons = failed.map((e) => `${e.LogicalResourceId}: ${e.ResourceStatusReason}`);
  return reasons.join('; ') || stack?.StackStatusReason || 'CloudFormation gave no reason';
}

/** The newest events first. */
async function eventsOf({ clients }: Work, StackName: string): Promise<StackEvent[]> {
  return (await clients.cloudFormation.send(new DescribeStackEventsCommand({ StackName }))).StackEvents ?? [];
}

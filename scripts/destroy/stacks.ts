import { paginateDescribeStacks, paginateListStackResources, type Stack } from '@aws-sdk/client-cloudformation';
import { stackKinds } from '../../declarations/effective';
import type { Stage } from '../../promotion/stage';
import type { Work } from './work';

/** The stacks of the stage that exist: those that it declares, and those of services that it declared once. */
export async function stacksOf({ clients, stage }: Pick<Work, 'clients' | 'stage'>): Promise<Stack[]> {
  const found: Stack[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.cloudFormation }, {})) {
    found.push(...Stacks.filter((stack) => isOf(stage, stack)));
  }
  return found;
}

/** By its name, or by the description that every stack of a stage has: names alone may be another system's. */
function isOf({ system, environment, names }: Stage, { StackName, Description = '' }: Stack): boolean {
  const declared = stackKinds(system).map((kind) => names.stack(kind));
  return declared.includes(StackName!) || Description.endsWith(` of ${system.name}, ${environment.name}`);
}

/**
 * The stacks in waves, in which they can be deleted: the reverse of the order in which they are deployed, with all services at
 * once. What is declared no longer goes with the services, because it uses what they use.
 */
export function inWaves({ system, names }: Stage, stacks: Stack[]): Stack[][] {
  const services = system.services.map((s) => s.name);
  const shared = stackKinds(system).filter((kind) => !services.includes(kind));
  const waves = [...shared.filter((kind) => kind !== 'observability'), undefined, 'observability'].reverse();
  const named = (kind: string) => (stack: Stack) => stack.StackName === names.stack(kind);
  const isShared = (stack: Stack) => shared.some((kind) => named(kind)(stack));
  return waves
    .map((kind) => stacks.filter(kind ? named(kind) : (stack) => !isShared(stack)))
    .filter((wave) => wave.length > 0);
}

/** Names of the buckets that the stack made. */
export async function bucketsOf({ clients }: Pick<Work, 'clients'>, { StackName }: Stack): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListStackResources({ client: clients.cloudFormation }, { StackName })) {
    const buckets = (page.StackResourceSummaries ?? []).filter((r) => r.ResourceType === 'AWS::S3::Bucket');
    names.push(...buckets.flatMap((r) => r.PhysicalResourceId ?? []));
  }
  return names;
}

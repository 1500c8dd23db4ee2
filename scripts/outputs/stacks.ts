import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { stackKinds } from '../../declarations/effective';
import type { Stage } from '../../promotion/stage';

/** What the stacks of a deployed stage told. */
export interface StageStacks {
  /** Outputs by kind of stack. */
  outputs: Map<string, Record<string, string>>;
  /** When CloudFormation changed one of them last. */
  changed: Date;
}

/** Reads the outputs of the stage's stacks; undefined where it has none at all. Throws where only some of them are there. */
export async function readStacks(
  cloudFormation: CloudFormationClient,
  { system, names }: Pick<Stage, 'system' | 'names'>,
): Promise<StageStacks | undefined> {
  const kinds = stackKinds(system);
  const stacks = await Promise.all(kinds.map((kind) => findStack(cloudFormation, names.stack(kind))));
  const missing = kinds.filter((_, i) => !stacks[i]).map((kind) => names.stack(kind));
  if (missing.length === kinds.length) return undefined;
  if (missing.length) throw new Error(`There is no stack ${missing.join(', ')}: was the last delivery completed?`);
  return {
    outputs: new Map(kinds.map((kind, i) => [kind, outputsOf(stacks[i]!)])),
    changed: new Date(Math.max(...stacks.map((s) => Number(s!.LastUpdatedTime ?? s!.CreationTime ?? 0)))),
  };
}

const outputsOf = ({ Outputs = [] }: Stack): Record<string, string> =>
  Object.fromEntries(Outputs.map((o) => [o.OutputKey, o.OutputValue]));

/** The stack of that name or id, or undefined where there is none. */
export async function findStack(cloudFormation: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    return (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation has no code of its own for this.
    if ((error as Error).name === 'ValidationError' && /does not exist/.test((error as Error).message))
      return undefined;
    throw error;
  }
}

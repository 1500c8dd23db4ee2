import * as sdk from '@aws-sdk/client-cloudformation';
import { randomUUID } from 'node:crypto';
import type { Environment } from '../state';
import { isNothing, NO_CHANGES, plan, type ChangeSet } from './change-set';
import { deploy } from './engine';
import { validationError } from './errors';
import { findStack, liveStacks, Stack } from './stack';
import { desiredState } from './submission';

const $metadata = {};

/** The stack of a name or id. Throws CloudFormation's ValidationError where there is none. */
export function stackOf(env: Environment, name = '', message = `Stack with id ${name} does not exist`): Stack {
  const stack = findStack(env, name);
  if (!stack) throw validationError(message);
  return stack;
}

/** A change set by its ARN, or by its name and its stack's. */
export function changeSetOf(env: Environment, name = '', stackName?: string): ChangeSet {
  const all = stackName
    ? stackOf(env, stackName, `Stack [${stackName}] does not exist`).changeSets
    : env.stacks.flatMap((s) => s.changeSets);
  const found = all.find((set) => set.id === name || (stackName && set.name === name));
  if (found) return found;
  throw new sdk.ChangeSetNotFoundException({ message: `ChangeSet [${name}] does not exist`, $metadata });
}

/** Makes a change set. What CloudFormation finds only later makes it FAILED, as does that there is nothing to change. */
export function createChangeSet(env: Environment, input: sdk.CreateChangeSetInput): ChangeSet {
  const type = input.ChangeSetType ?? 'UPDATE';
  const existing = liveStacks(env).find((s) => s.name === input.StackName || s.id === input.StackName);
  checkState(input, type, existing);
  const desired = desiredState(env, input, existing);
  const stack = existing ?? new Stack(input.StackName!, env);
  const set: ChangeSet = {
    id: `arn:aws:cloudformation:${env.region}:${env.account}:changeSet/${input.ChangeSetName}/${randomUUID()}`,
    name: input.ChangeSetName!,
    type: type as 'CREATE' | 'UPDATE',
    stack,
    desired,
    description: input.Description,
    created: env.cloud.clock.now(),
    changes: [],
    status: 'CREATE_COMPLETE',
    execution: 'AVAILABLE',
    onFailure: input.OnStackFailure,
  };
  try {
    set.changes = plan(stack, desired);
    if (stack.current && isNothing(stack, desired, set.changes)) throw new Error(NO_CHANGES);
  } catch (error: any) {
    Object.assign(set, { status: 'FAILED', reason: error.message, execution: 'UNAVAILABLE' });
  }
  stack.changeSets.push(set);
  return set;
}

function checkState({ StackName, ChangeSetName }: sdk.CreateChangeSetInput, type: string, stack?: Stack): void {
  if (!stack) {
    if (type === 'UPDATE') throw validationError(`Stack [${StackName}] does not exist`);
    return;
  }
  if (type === 'CREATE' && stack.status !== 'REVIEW_IN_PROGRESS') {
    const again = `cannot be created again with the changeSet [${ChangeSetName}].`;
    throw validationError(`Stack [${StackName}] already exists and ${again}`);
  }
  if (
    type === 'UPDATE' &&
    (stack.busy || !/^(CREATE|UPDATE|IMPORT)_(ROLLBACK_)?COMPLETE$|^UPDATE_FAILED$/.test(stack.status))
  ) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
  if (stack.changeSets.some((set) => set.name === ChangeSetName)) {
    const message = `ChangeSet ${ChangeSetName} cannot be created due to a mismatch with existing attribute Name`;
    throw new sdk.AlreadyExistsException({ message, $metadata });
  }
}

/** Begins what a change set says. Resolves once the stack has settled, or when a second has passed. */
export async function executeChangeSet(set: ChangeSet, disableRollback?: boolean, token?: string): Promise<void> {
  if (set.execution !== 'AVAILABLE') {
    const message = `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`;
    throw new sdk.InvalidChangeSetStatusException({ message, $metadata });
  }
  const { stack } = set;
  if (stack.busy) throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  stack.changeSets.splice(0); // executing one drops all change sets of the stack
  const noRollback = disableRollback || set.onFailure === 'DO_NOTHING';
  await patiently(deploy(stack, set.desired, { disableRollback: noRollback, token }));
}

/** How long an answer waits for the operation that it begins, in milliseconds: the CDK CLI polls only every 5 seconds. */
const patience = 1000;

/** Resolves when an operation has ended, or when patience has. */
export async function patiently(operation: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((done) => (timer = setTimeout(done, patience)));
  await Promise.race([operation, enough]);
  clearTimeout(timer);
}

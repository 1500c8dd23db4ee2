import type { ChangeException } from '../declarations/change-exception';
import type { Environment } from '../declarations/environment';
import type { ResolvedException } from './programs/exceptions';
import type { Exceptions } from './programs/exceptions-file';
import { between, type Clone, descends } from './programs/git';

/**
 * Works out from which commits a delivery may start for each environment's exceptions to hold. Synthesis has the clone; the
 * guard, which runs in its artifact, has none. Asks git only where there are exceptions. Throws where the history of what is
 * checked out lacks a commit that one names, or does not lead from the first to the last.
 */
export function resolveExceptions(environments: Pick<Environment, 'name' | 'exceptions'>[], clone: Clone): Exceptions {
  return Object.fromEntries(
    environments.map(({ name, exceptions }) => [name, exceptions.map((one) => resolve(name, one, clone))]),
  );
}

function resolve(environment: string, exception: ChangeException, clone: Clone): ResolvedException {
  const { from, to } = exception.commits;
  const refuse = (problem: string): never => {
    throw new Error(`Environment '${environment}' has an exception for stack '${exception.stack}' whose ${problem}`);
  };
  for (const commit of [from, to]) {
    if (!descends(clone, 'HEAD', commit)) {
      refuse(
        `commit ${commit} is not in the history of what is checked out. Correct it; a shallow clone needs git fetch --unshallow.`,
      );
    }
  }
  if (from === to || !descends(clone, to, from)) {
    refuse(`commits do not follow each other: 'to' (${to}) has to come after 'from' (${from}).`);
  }
  const delivered = new Set([to, ...between(clone, to, 'HEAD')]);
  const startsAt = [from, ...between(clone, from, 'HEAD')].filter((commit) => !delivered.has(commit));
  return { ...exception, startsAt };
}

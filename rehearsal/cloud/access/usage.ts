// Which statements of which roles allowed something: what was granted and never used is the rest.
import type { Match, Statement } from '../iam/policy';
import { statementsOf } from '../iam/policy';
import type { Cloud } from '../state';
import type { NamedPolicy } from './role-policies';

/** A statement in one text, whatever its place: a changed policy keeps what it has in common with the former. */
export const textOf = (statement: Statement): string => JSON.stringify(statement);

/** What allowed requests, by role and statement. */
export class Usage {
  /** What was denied: a program that goes on all the same does not tell. */
  readonly denials = new Set<string>();
  private readonly used = new Map<string, Set<string>>();

  /** Remembers what allowed a role's request. */
  note(roleArn: string, action: string, policies: NamedPolicy[], matches: Match[]): void {
    for (const { kind, document, statement, actions } of matches) {
      if (kind !== 'identity-based policy') continue;
      const found = statementsOf(policies[document]!.document)[statement]!;
      const key = `${roleArn} ${textOf(found)}`;
      const known = this.used.get(key) ?? new Set();
      // A NotAction has no pattern of its own: the action stands for it.
      for (const pattern of actions.length ? actions : [action]) known.add(pattern);
      this.used.set(key, known);
    }
  }

  /** Begins anew: what is used from now on is told. */
  forget(): void {
    this.used.clear();
  }

  /** The action patterns of a role's statement that allowed something. */
  of(roleArn: string, statement: Statement): ReadonlySet<string> {
    return this.used.get(`${roleArn} ${textOf(statement)}`) ?? new Set();
  }
}

const usages = new WeakMap<Cloud, Usage>();

/** The usage of a cloud's grants since it started. */
export function usageOf(cloud: Cloud): Usage {
  const found = usages.get(cloud) ?? new Usage();
  usages.set(cloud, found);
  return found;
}

import { documentsOf, type PolicyDocument } from './documents';
import type { PlacedStack } from './placed-stack';
import { statementsOf } from './statements';

/** 'tooling' or an environment, with the stacks that are deployed to it. */
export interface Entry {
  name: string;
  stacks: PlacedStack[];
}
/** A managed policy as it should be. */
export interface Policy {
  arn: string;
  document: PolicyDocument;
}
/** What CloudFormation may do in an account. */
export interface Place {
  name: string;
  account: string;
  region: string;
  policies: Policy[];
}

/** The accounts asked for, else all. Stacks of other entries with the same account count, too. Throws for an unknown name. */
export function placesOf(entries: Entry[], asked: string[]): Place[] {
  const unknown = asked.find((name) => !entries.some((entry) => entry.name === name));
  if (unknown) {
    throw new Error(`There is no account '${unknown}': there are ${entries.map(({ name }) => name).join(', ')}`);
  }
  const all = entries.flatMap(({ stacks }) => stacks);
  // The pipeline's stack bears the delivery's name.
  const delivery = entries[0]!.stacks[0]!.name;
  return entries
    .filter(({ name }) => !asked.length || asked.includes(name))
    .map(({ name, stacks }) => {
      const { account, region } = stacks[0]!;
      const documents = documentsOf(statementsOf(all.filter((stack) => stack.account === account)));
      const policies = documents.map((document, index) => ({
        arn: `arn:aws:iam::${account}:policy/${delivery}-execution-${index + 1}`,
        document,
      }));
      return { name, account, region, policies };
    });
}

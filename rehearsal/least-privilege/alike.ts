// Statements that say the same of their stages: what is tried of one holds for the others.
import { stepOf, type StepStatement } from './step-statements';

/** A stage's name and account, in the order of delivery. */
export interface Place {
  name: string;
  account: string;
}

/** A text with the names of its stage, and of the one before, left out. */
export function withoutNames(text: string, stage: string, places: Place[]): string {
  const at = places.findIndex(({ name }) => name === stage);
  if (at < 0) return text;
  const named = (word: string) => new RegExp(`\\b${word}\\b`, 'g');
  const own = text.replaceAll(places[at]!.account, '<account>').replace(named(stage), '<stage>');
  const before = places[at - 1];
  return before ? own.replace(named(before.name), '<previous>') : own;
}

/** Of which kind a statement is: of the same step, with the same words. */
function kindOf({ actions, roleArn, statement }: StepStatement, places: Place[]): string {
  const { stage, name } = actions[0]!;
  const step = withoutNames(name, stage, places);
  const assumed = places.some(({ account }) => roleArn.includes(`:${account}:`));
  return JSON.stringify([step, stepOf({ name }), assumed, withoutNames(JSON.stringify(statement), stage, places)]);
}

/** Groups of statements that differ in their stage only, each in the order of delivery. */
export function alike(statements: StepStatement[], places: Place[]): StepStatement[][] {
  const groups = new Map<string, StepStatement[]>();
  for (const one of statements) {
    const kind = kindOf(one, places);
    groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return [...groups.values()];
}

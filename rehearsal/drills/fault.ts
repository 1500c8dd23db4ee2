import type { LocalCloud } from '../cloud/local-cloud';
import type { Environment } from '../cloud/state';

/** A stage that a fault is seeded in. */
export interface Stage {
  name: string;
  /** Its account and region. */
  env: Environment;
  /** The pipeline's account and region. */
  tooling: Environment;
  local: LocalCloud;
  /** Id of the build that an action of the stage started last, once it has started one. */
  build(action: string): Promise<string>;
}
export type Undo = () => Promise<void> | void;
/** Puts a fault there; the result takes it away again. Seeds as an account's administrator can. */
export type Seed = (stage: Stage) => Promise<Undo> | Undo;

/** Something that is wrong with a stage, and who has to notice. One entry a fault. */
export interface Fault {
  /** For --only. */
  name: string;
  /** What is wrong, in words for the table. */
  fault: string;
  seed: Seed;
  /** Stage of the last delivery that runs into it. @default dev, with a delivery of its own */
  stage?: string;
  /** Action of the stage at whose start it is seeded: what comes before would mend it, or fall over it. @default before the first */
  seededAt?: string;
  /** Traffic has begun to shift by then: green does receive requests, until blue has them back. */
  shifts?: boolean;
  caughtBy: CaughtBy;
}

/** A live check, or another action of the stage, and what its failure has to say; or an action that does its work in spite of it. */
export type CaughtBy = { suite: string; says: RegExp } | { action: string; says: RegExp } | { survivedBy: string };
export type Refusal = Exclude<CaughtBy, { survivedBy: string }>;

/** The action that has to fail. */
export const actionOf = (by: Refusal): string => ('suite' in by ? 'live-checks' : by.action);

/** In words for the table. */
export function expectation(by: CaughtBy): string {
  if ('survivedBy' in by) return `${by.survivedBy} survives it`;
  return `fails at ${'suite' in by ? `live check ${by.suite}` : by.action}`;
}

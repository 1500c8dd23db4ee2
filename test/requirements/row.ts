// What a row of the requirements' table may say.
import type { RequiredService } from '../stacks/required';
import type { EnvironmentName } from '../stacks/support';

export const systemNames = ['ecs-payments', 'payment-processor', 'multi-tier', 'payment-platform'] as const;
export type SystemName = (typeof systemNames)[number];

/** What a row is looked at in: one system in one environment and, where the row is about services, one of them. */
export interface Case {
  readonly system: SystemName;
  readonly environment: EnvironmentName;
  readonly prefix: string;
  readonly account: string;
  readonly tooling: string;
  readonly region: string;
  /** Letters of the zones. */
  readonly zones: readonly string[];
  /** Name of the service; of the first one where the row is about none. */
  readonly service: string;
  /** Its row in the requirements' table. */
  readonly row: RequiredService;
}

export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };
/** A value, or how it follows from the case. References are written 'stack.LogicalId' or 'stack.LogicalId.Attribute'. */
export type Expected = Json | ((about: Case) => Json);

interface Requirement {
  /** Words of the requirement. */
  readonly requirement: string;
  /** @default all four */
  readonly systems?: readonly SystemName[];
}

/** A requirement that a property of the templates proves. Exactly one of `is`, `each` and `all` says what has to be there. */
export interface Proof extends Requirement {
  /** @default all three */
  readonly environments?: readonly EnvironmentName[];
  /** Services that it is about: all, those with a path, those without, or one by its name. @default none */
  readonly of?: 'every service' | 'public services' | 'internal services' | (string & {});
  /** Kind of the stack; 'pipeline', or 'all' of the stage. @default the stack of the service */
  readonly stack?: string;
  /** CloudFormation's type of the resource, or that of a view: see views.ts. */
  readonly type: string;
  /** Logical id without its hash; '{service}' is the service's name without hyphens. @default any */
  readonly id?: string;
  /** Properties by path, and their values, that select resources of the type. @default any */
  readonly where?: Readonly<Record<string, Expected>>;
  /** Path: 'Key', '[Key=Value]' for the member of a list, '[]' for all, '{Key,Key}' for some keys; '{service}' is the service's name; a first '/' leads to what is beside Properties. */
  readonly property: string;
  /** Of the only resource. */
  readonly is?: Expected;
  /** Of each resource; there is at least one. */
  readonly each?: Expected;
  /** With `each`: there may be none, because another row says which there are. */
  readonly ifAny?: true;
  /** Of all resources, in any order. */
  readonly all?: Expected;
}

/** A requirement that no template can prove, and where it is proved: words that the file contains. */
export interface Elsewhere extends Requirement {
  readonly proved: { readonly in: string; readonly by: string }[];
}

/** A requirement that nothing proves yet, and why. */
export interface Unproved extends Requirement {
  readonly unproved: string;
}

export type Row = Proof | Elsewhere | Unproved;
/** Rows with the heading, or the bullet, of the requirements that they belong to. */
export interface Topic {
  readonly topic: string;
  readonly rows: readonly Row[];
}

export const isProof = (row: Row): row is Proof => 'type' in row;

/** The value of an expectation in a case. */
export const valueIn = (expected: Expected, about: Case): Json =>
  typeof expected === 'function' ? expected(about) : expected;

/** A value for each environment. */
export const per =
  (dev: Json, staging: Json, prod: Json): Expected =>
  ({ environment }) =>
    ({ dev, staging, prod })[environment];

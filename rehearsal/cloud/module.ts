import type { Service } from './wire/service';
import type { Cloud, Environment, Resource, Values } from './state';
import type { PropertyChange } from './cloudformation/property-changes';

/** What a resource type's handler knows while it describes a resource. */
export interface Making {
  env: Environment;
  properties: Values;
  seed: string;
  model: Values;
  hex(length: number, salt?: string): string;
  arn(service: string, rest: string): string;
}

/** What the specification does not tell of a resource type. Everything is optional: any type deploys without an entry. */
export interface ResourceType {
  /** Property that gets a generated name when absent (default: <Type>Name, Name, or the settable identifier). */
  name?: string;
  /** Prefix of generated ids, as in vpc-0123. */
  prefix?: string;
  maxLength?: number;
  lowerCase?: boolean;
  /** Attributes that the general rules would get wrong. */
  attributes?(making: Making): Values;
  /** For properties whose change causes replacement only sometimes. */
  replaces?(change: PropertyChange): boolean;
  /** Refuses an update before anything changes: throw a HandlerError. */
  beforeUpdate?(current: Resource, properties: Values, changed: PropertyChange[]): void;
  /** Refuses a deletion before anything changes. */
  beforeDelete?(current: Resource, env: Environment): void;
  /** Runs once the resource is in the store. CloudFormation waits for it; a rejection fails the resource. The signal aborts on cancellation. */
  created?(resource: Resource, env: Environment, signal: AbortSignal): Promise<void> | void;
  /** Runs once the changed resource is in the store (also when a rollback puts the former one back). */
  updated?(resource: Resource, before: Resource, env: Environment, signal: AbortSignal): Promise<void> | void;
  /** What its service tells of it now, by the names of its properties: drift detection compares it. Undefined: it is gone. */
  live?(resource: Resource, env: Environment): Values | undefined;
  /** Runs before the resource leaves the store. */
  deleted?(resource: Resource, env: Environment): Promise<void> | void;
}

/** One AWS service: its API, and what its resource types do beyond their specification. */
export interface ServiceModule {
  api?(cloud: Cloud): Service;
  resources?: Record<string, ResourceType>;
}

import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { type Configuration, readConfiguration } from '../../stages/configuration';
import { environmentsOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { toldOnceARun } from '../once-a-run';

/** A resource of a template, or a part of one: only AWS's schemas know its shape. */
export interface Values {
  [key: string]: Values;
}
export interface Resource {
  Type: string;
  Properties: Values;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown; Export?: unknown }>;
}

export const accounts = { tooling: '999999999990', dev: '999999999991', staging: '999999999992', prod: '999999999993' };
export const environmentNames = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** A configuration with accounts of its own; certificates are there in each region that a system is deployed to. */
export const configuration: Configuration = readConfiguration({
  system: 'payment-platform',
  repository: 'owner/name',
  branch: 'main',
  connectionArn: 'arn:aws:codeconnections:us-east-1:999999999990:connection/one',
  tooling: { account: accounts.tooling },
  operators: [`arn:aws:iam::${accounts.tooling}:role/on-duty`],
  environments: Object.fromEntries(
    environmentNames.map((name) => [
      name,
      {
        account: accounts[name],
        certificateArns: ['us-east-1', 'us-east-2'].map((r) => `arn:aws:acm:${r}:${accounts[name]}:certificate/one`),
      },
    ]),
  ),
});
/** The environments of payment-platform. */
export const environments: Environment[] = environmentsOf(configuration, paymentPlatform);

/** A stack as the assembly tells it. */
export interface Stack {
  kind: string;
  terminationProtection: boolean;
  /** Kinds of the stacks that are deployed before it. */
  after: string[];
}
export interface Synthesized {
  /** Templates by environment and kind of stack, as in `templates.dev.network`. */
  readonly templates: Record<string, Record<string, Template>>;
  /** The same, as their text. */
  readonly texts: Record<string, Record<string, string>>;
  /** By environment. */
  readonly stacks: Record<string, Stack[]>;
  /** Every file asset of every stack. */
  readonly fileAssets: string[];
}

/** An image of each service of the system: sixteen times the same letter, a for the first one. */
export const imagesOf = ({ services }: System): Record<string, string> =>
  Object.fromEntries(services.map(({ name }, i) => [name, String.fromCharCode(97 + i).repeat(16)]));

const known = new Map<string, Synthesized>();
/** A system in its three environments, synthesized once a run. */
export function synthesized(name: string): Synthesized {
  const before = known.get(name) ?? toldOnceARun(`stages-${name}`, () => synthesize({ system: systemNamed(name) }));
  known.set(name, before);
  return before;
}

export interface StagesOptions {
  system?: System;
  images?: Record<string, string>;
  into?: Environment[];
}
/** Synthesizes the stages as `cdk synth` does, and leaves no folder behind. */
export function synthesize(options?: StagesOptions): Synthesized {
  // Most files look at what is synthesized already, and need no CDK.
  const { stages: _, ...told } = (require('./stages') as typeof import('./stages')).synthesizeStages(options);
  return told;
}

/** The template's resources of a type, by logical id. */
export const resources = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

/** The template's only resource of a type. */
export function theOnly(template: Template, type: string): Resource {
  const found = resources(template, type);
  if (found.length !== 1) throw new Error(`There are ${found.length} resources of type ${type}`);
  return found[0]![1];
}

/** What a value looks like with references reduced to what they refer to. */
export function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[fn, argument]] = Object.entries(value) as [[string, never]];
  if (fn === 'Fn::Join') return (argument[1] as unknown[]).map(plain).join(argument[0]);
  return Array.isArray(argument) ? (argument as unknown[]).join('.') : String(argument);
}

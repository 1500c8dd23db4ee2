import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { type Configuration, readConfiguration } from '../../stages/configuration';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { PaymentStage } from '../../stages/payment-stage';
import { systemNamed } from '../../stages/systems';
import { paymentPlatform } from '../../stages/systems/payment-platform';

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

export interface Synthesized {
  /** Templates by environment and kind of stack, as in `templates.dev.network`. */
  readonly templates: Record<string, Record<string, Template>>;
  /** The same, as their text. */
  readonly texts: Record<string, Record<string, string>>;
  readonly stages: PaymentStage[];
  /** Every file asset of every stack. */
  readonly fileAssets: string[];
}

/** An image of each service of the system: sixteen times the same letter, a for the first one. */
export const imagesOf = ({ services }: System): Record<string, string> =>
  Object.fromEntries(services.map(({ name }, i) => [name, String.fromCharCode(97 + i).repeat(16)]));

const known = new Map<string, Synthesized>();
/** A system in its three environments, synthesized once a process. */
export function synthesized(name: string): Synthesized {
  const before = known.get(name) ?? synthesize({ system: systemNamed(name) });
  known.set(name, before);
  return before;
}

/** Synthesizes the stages as `cdk synth` does, and leaves no folder behind. */
export function synthesize({
  system = paymentPlatform,
  images = imagesOf(system),
  into = environmentsOf(configuration, system),
}: { system?: System; images?: Record<string, string>; into?: Environment[] } = {}): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'stages-'));
  try {
    const app = new App({
      outdir,
      context: {
        ...context,
        '@aws-cdk/core:validateAgainstDefaultRules': false,
        // Stack traces of every construct take half the time.
        'aws:cdk:disable-stack-trace': true,
      },
    });
    const stages = into.map(
      (environment) =>
        new PaymentStage(app, environment.name, {
          system,
          environment,
          tooling: toolingOf(configuration, system),
          images: Object.fromEntries(Object.entries(images).map(([name, tag]) => [name, { tag }])),
        }),
    );
    const assembly = app.synth();
    const texts: Synthesized['texts'] = {};
    const fileAssets: string[] = [];
    for (const stage of stages) {
      const ofStage: Record<string, string> = (texts[stage.node.id] = {});
      for (const artifact of assembly.getNestedAssembly(stage.artifactId).stacksRecursively) {
        ofStage[artifact.hierarchicalId.split('/')[1]!] = readFileSync(artifact.templateFullPath, 'utf8');
        const manifest = JSON.parse(
          readFileSync(artifact.templateFullPath.replace('.template.json', '.assets.json'), 'utf8'),
        );
        fileAssets.push(...Object.values<{ source: { path: string } }>(manifest.files).map((file) => file.source.path));
        fileAssets.push(...Object.keys(manifest.dockerImages).map((image) => `docker image ${image}`));
      }
    }
    const templates = Object.fromEntries(
      Object.entries(texts).map(([stage, stacks]) => [
        stage,
        Object.fromEntries(Object.entries(stacks).map(([kind, text]) => [kind, JSON.parse(text) as Template])),
      ]),
    );
    return { templates, texts, stages, fileAssets };
  } finally {
    rmSync(outdir, { recursive: true });
  }
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

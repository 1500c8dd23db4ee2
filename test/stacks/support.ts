import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { PaymentStage } from '../../stages/payment-stage';
import { environmentsOf } from '../../stages/environments';
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

const place = (account: string) => ({
  account,
  region: 'us-east-1',
  zones: ['a', 'b', 'c'],
  certificateArn: `arn:aws:acm:us-east-1:${account}:certificate/one`,
});
/** The declared environments, in accounts of their own. */
export const environments: Environment[] = environmentsOf({
  system: 'payment-platform',
  repository: 'owner/name',
  branch: 'main',
  connectionArn: 'arn:aws:codeconnections:us-east-1:999999999990:connection/one',
  tooling: { account: accounts.tooling, region: 'us-east-1' },
  environments: { dev: place(accounts.dev), staging: place(accounts.staging), prod: place(accounts.prod) },
});

export interface Synthesized {
  /** Templates by environment and kind of stack, as in `templates.dev.network`. */
  readonly templates: Record<string, Record<string, Template>>;
  /** The same, as their text. */
  readonly texts: Record<string, Record<string, string>>;
  readonly stages: PaymentStage[];
  /** Every file asset of every stack. */
  readonly fileAssets: string[];
}

export const tags = { 'payment-api': 'a'.repeat(16), 'fraud-detection': 'b'.repeat(16) };

/** Synthesizes the stages as `cdk synth` does, and leaves no folder behind. */
export function synthesize({
  system = paymentPlatform,
  images = tags,
  into = environments,
  validation = false,
}: { system?: System; images?: Record<string, string>; into?: Environment[]; validation?: boolean } = {}): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'stages-'));
  try {
    const app = new App({ outdir, context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': validation } });
    const stages = into.map(
      (environment) =>
        new PaymentStage(app, environment.name, {
          system,
          environment,
          tooling: { account: accounts.tooling, region: 'us-east-1' },
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

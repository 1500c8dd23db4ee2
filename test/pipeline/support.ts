import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { SynthesizeOptions } from '../../pipeline/app';
import { systems } from '../../stages/systems';
import { madeOnceARun } from '../once-a-run';
import { quickContext } from '../../scripts/quick-context';
import { temporaryFolder } from './temporary-folder';

export { temporaryFolder };

/** The services of all systems. */
export const allServices = [...new Set(systems.flatMap(({ services }) => services.map(({ name }) => name)))];

/** Like build/ after `npm run build`, with small files. */
export function buildFolder(server = 'server'): string {
  const build = temporaryFolder();
  for (const service of allServices) {
    mkdirSync(join(build, 'images', service), { recursive: true });
    writeFileSync(join(build, 'images', service, 'server.js'), `${service} ${server}`);
  }
  mkdirSync(join(build, 'programs'));
  writeFileSync(join(build, 'programs', 'images.js'), 'program');
  return build;
}

/** Synthesizes as the CDK CLI does, once a run for the same options: nothing in the assembly may be changed. */
export function synthesized(options: Pick<SynthesizeOptions, 'configuration' | 'context'> = {}): CloudAssembly {
  const name = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
  const directory = madeOnceARun(`assembly-${name}`, (outdir) => void synthesizedAnew({ ...options, outdir }));
  const { CloudAssembly: Assembly } = require('aws-cdk-lib/cx-api') as typeof import('aws-cdk-lib/cx-api');
  return new Assembly(directory);
}

/** The same, into a folder of its own. */
export function synthesizedAnew(options: SynthesizeOptions = {}): CloudAssembly {
  const { synthesize } = require('../../pipeline/app') as typeof import('../../pipeline/app');
  return synthesize({
    outdir: temporaryFolder(),
    build: buildFolder(),
    variables: {},
    ...options,
    context: { ...quickContext, placeholders: 'allowed', ...options.context },
  });
}

/** A folder with these images/{service}/server.js, as programs see it. */
export function artifactFolder(): string {
  const folder = temporaryFolder();
  cpSync(join(buildFolder(), 'images', 'payment-api'), join(folder, 'images', 'payment-api'), { recursive: true });
  return folder;
}

/** A resource, or a statement of a policy; templates have no types. */
export type Json = { [key: string]: Json } & Json[] & string;
export const resourcesOf = (template: { Resources: Record<string, Json> }, type: string): Record<string, Json> =>
  Object.fromEntries(Object.entries(template.Resources).filter(([, { Type }]) => Type === (type as Json)));

export interface Action {
  name: string;
  runOrder: number;
  provider: string;
  configuration: Record<string, string>;
}
/** Stages of the pipeline with their actions. */
export function stagesIn(template: { Resources: Record<string, Json> }): Map<string, Action[]> {
  const [pipeline] = Object.values(resourcesOf(template, 'AWS::CodePipeline::Pipeline'));
  return new Map(
    [...pipeline!.Properties!.Stages!].map((stage) => [
      stage.Name as string,
      [...stage.Actions!].map((action) => ({
        name: action.Name as string,
        runOrder: Number(action.RunOrder),
        provider: action.ActionTypeId!.Provider as string,
        configuration: (action.Configuration ?? {}) as unknown as Record<string, string>,
      })),
    ]),
  );
}

/** Statements of the policies attached to a role. */
export const statementsOf = (template: { Resources: Record<string, Json> }, role: string): Json[] =>
  Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties!.Roles) === JSON.stringify([{ Ref: role }]))
    .flatMap(({ Properties }) => [...Properties!.PolicyDocument!.Statement!]);

/** A list, or its only member. */
export const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

import { join } from 'node:path';
import { Annotations, App, type Stack } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { refuseCollisions } from '../stages/collisions';
import { isLocal, placeholderAccounts, readConfiguration, type Configuration } from '../stages/configuration';
import { environmentsOf, toolingOf } from '../stages/environments';
import { systemNamed } from '../stages/systems';
import { copyBuild, imagesOf } from './built';
import { resolveExceptions } from './exceptions';
import { PipelineStack } from './pipeline-stack';
import { writeExceptions } from './programs/exceptions-file';
import { whenMain } from './when-main';

export interface SynthesizeOptions {
  /** @default configuration.json */
  configuration?: Configuration;
  /** Context, beside the CLI's: `system` and `placeholders`. @default none */
  context?: Record<string, unknown>;
  /** Folder of the assembly. @default the CLI's choice */
  outdir?: string;
  /** What `npm run build` made. @default build/ in the repository */
  build?: string;
  /** @default the process's */
  variables?: NodeJS.ProcessEnv;
}

/**
 * Synthesizes the pipeline and all that it delivers, and puts programs and image contexts beside it.
 * Throws an error that says what to do where configuration, system or build are not right.
 */
export function synthesize(options: SynthesizeOptions = {}): CloudAssembly {
  const {
    configuration = readConfiguration(),
    build = join(__dirname, '..', 'build'),
    variables = process.env,
  } = options;
  const app = new App({ outdir: options.outdir, context: options.context });
  const system = systemNamed(String(app.node.tryGetContext('system') ?? configuration.system));
  refuseCollisions(configuration, system);
  const environments = environmentsOf(configuration, system);
  const exceptions = resolveExceptions(environments, { directory: join(__dirname, '..'), variables: process.env });
  const stack = new PipelineStack(app, {
    configuration,
    system,
    tooling: toolingOf(configuration, system),
    environments,
    images: imagesOf(system, build),
  });
  if (!allowsPlaceholders(app.node.tryGetContext('placeholders'), variables)) refusePlaceholders(stack, configuration);
  const assembly = app.synth();
  copyBuild(system, build, assembly.directory);
  writeExceptions(assembly.directory, exceptions);
  return assembly;
}

function refusePlaceholders(stack: Stack, configuration: Configuration): void {
  const entries = placeholderAccounts(configuration);
  if (entries.length === 0) return;
  Annotations.of(stack).addError(
    `configuration.json still has placeholder accounts: ${entries.join(', ')}. Put your accounts there. ` +
      "To only look at the templates, add '-c placeholders=allowed'.",
  );
}

/** Placeholder accounts do where they are asked for, and where the deployment goes to a local cloud: it has whatever accounts the configuration names. */
export const allowsPlaceholders = (asked: unknown, variables: NodeJS.ProcessEnv): boolean =>
  asked === 'allowed' || isLocal(variables);

/** Synthesis as a command. What a person has to put right is said in a sentence; anything unexpected keeps its stack. */
export function main(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    console.error(error instanceof Error && error.constructor === Error ? error.message : error);
    process.exitCode = 1;
  }
}

whenMain(module, main.bind(undefined, synthesize));

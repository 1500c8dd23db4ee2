import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { PipelineStack } from '../../pipeline/pipeline-stack';
import type { Configuration } from '../../stages/configuration';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { PaymentStage } from '../../stages/payment-stage';
import { quickContext } from '../quick-context';
import type { Template } from './template';

/** A stack as it is deployed. */
export interface SynthesizedStack {
  name: string;
  template: Template;
  /** The template as CloudFormation gets it. */
  text: string;
}
export interface SynthesizedEnvironment {
  environment: Environment;
  stacks: SynthesizedStack[];
}
export interface SynthesizedSystem {
  /** In the order of delivery. */
  environments: SynthesizedEnvironment[];
  pipeline: SynthesizedStack;
}

const options = {
  ...quickContext,
  // Test and estimate measure templates of any size.
  '@aws-cdk/core:annotationsInValidationReport': false,
};
/** Neither sizes nor numbers depend on what is in an image. */
const anyImages = ({ services }: System) =>
  Object.fromEntries(services.map(({ name }) => [name, { tag: '0123456789abcdef' }]));

/** The pipeline of the system and all that it delivers. Needs no credentials, no network and no build, and leaves no folder behind. */
export function synthesizeSystem(system: System, configuration: Configuration): SynthesizedSystem {
  const environments = environmentsOf(configuration, system);
  return inTemporaryFolder((outdir) => {
    const app = new App({ outdir, context: options });
    new PipelineStack(app, {
      configuration,
      system,
      tooling: toolingOf(configuration, system),
      environments,
      images: anyImages(system),
    });
    const assembly = app.synth();
    const [pipeline] = stacksIn(assembly);
    return {
      environments: environments.map((environment) => ({
        environment,
        stacks: stacksIn(assembly.getNestedAssembly(`assembly-${pipeline!.name}-${environment.name}`)),
      })),
      pipeline: pipeline!,
    };
  });
}

/** The system in one environment, which need not be one of configuration.json's. */
export function synthesizeEnvironment(
  system: System,
  environment: Environment,
  configuration: Configuration,
): SynthesizedEnvironment {
  return inTemporaryFolder((outdir) => {
    const app = new App({ outdir, context: options });
    const stage = new PaymentStage(app, environment.name, {
      system,
      environment,
      tooling: toolingOf(configuration, system),
      images: anyImages(system),
    });
    return { environment, stacks: stacksIn(app.synth().getNestedAssembly(stage.artifactId)) };
  });
}

const stacksIn = (assembly: CloudAssembly): SynthesizedStack[] =>
  assembly.stacks.map(({ stackName, template, templateFullPath }) => ({
    name: stackName,
    template: template as Template,
    text: readFileSync(templateFullPath, 'utf8'),
  }));

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { context } from '../../cdk.json';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { PipelineStack } from '../../pipeline/pipeline-stack';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { systems } from '../../stages/systems';
import { configuration, imagesOf, type Resource, type Template } from '../stacks/support';

/** A template that would be deployed. */
export interface Deployed {
  readonly system: System;
  /** Absent for the pipeline's own stack. */
  readonly environment?: Environment;
  /** One of the system's stackKinds, or 'delivery' for the pipeline's own stack. */
  readonly kind: string;
  readonly stackName: string;
  readonly text: string;
  readonly template: Template;
}
/** A system with the pipeline that delivers it to all environments. */
export interface Delivery {
  readonly system: System;
  readonly environments: Environment[];
  /** Still to be synthesized: rules look at its constructs. */
  readonly app: App;
}

/** The delivery of a system, as constructs. */
export function deliveryOf(system: System, outdir: string, validation = false): Delivery {
  const app = new App({
    outdir,
    context: {
      ...context,
      '@aws-cdk/core:validateAgainstDefaultRules': validation,
      // Stack traces of every construct take half the time.
      'aws:cdk:disable-stack-trace': true,
    },
  });
  const environments = environmentsOf(configuration, system);
  const images = Object.fromEntries(Object.entries(imagesOf(system)).map(([name, tag]) => [name, { tag }]));
  const tooling = toolingOf(configuration, system);
  new PipelineStack(app, { configuration, system, tooling, environments, images });
  return { system, environments, app };
}

/** Every template of every system, in every environment, and of the pipelines. */
export function deployedTemplates(): Deployed[] {
  return inTemporaryFolder((folder) =>
    systems.flatMap((system) => {
      const { app, environments } = deliveryOf(system, join(folder, system.name));
      const assembly = app.synth();
      const of = (from: CloudAssembly, environment?: Environment): Deployed[] =>
        from.stacks.map(({ stackName, hierarchicalId, templateFullPath }) => {
          const text = readFileSync(templateFullPath, 'utf8');
          const kind = environment ? hierarchicalId.split('/').at(-1)! : 'delivery';
          return { system, environment, kind, stackName, text, template: JSON.parse(text) as Template };
        });
      return [
        ...of(assembly),
        ...environments.flatMap((e) =>
          of(assembly.getNestedAssembly(`assembly-${system.prefix}-delivery-${e.name}`), e),
        ),
      ];
    }),
  );
}

export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'deliveries-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where a template is from, as a person says it. */
export const where = ({ system, environment, kind }: Deployed): string =>
  [system.name, environment?.name, kind].filter(Boolean).join('/');

/** Resources of all templates, each with where it is. */
export const allResources = (deployed: Deployed[]): { at: string; id: string; resource: Resource; from: Deployed }[] =>
  deployed.flatMap((from) =>
    Object.entries(from.template.Resources).map(([id, resource]) => ({
      at: `${where(from)}/${id}`,
      id,
      resource,
      from,
    })),
  );

import { readFileSync } from 'node:fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { environmentsOf } from '../../stages/environments';
import { systems } from '../../stages/systems';
import { synthesized } from '../pipeline/support';
import { configuration, type Resource, type Template } from '../stacks/support';

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
/** Every template of every system, in every environment, and of the pipelines. */
export function deployedTemplates(): Deployed[] {
  return systems.flatMap((system) => {
    const assembly = synthesized({ configuration, context: { system: system.name } });
    const of = (from: CloudAssembly, environment?: Environment): Deployed[] =>
      from.stacks.map(({ stackName, hierarchicalId, templateFullPath }) => {
        const text = readFileSync(templateFullPath, 'utf8');
        const kind = environment ? hierarchicalId.split('/').at(-1)! : 'delivery';
        return { system, environment, kind, stackName, text, template: JSON.parse(text) as Template };
      });
    return [
      ...of(assembly),
      ...environmentsOf(configuration, system).flatMap((e) =>
        of(assembly.getNestedAssembly(`assembly-${system.prefix}-delivery-${e.name}`), e),
      ),
    ];
  });
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

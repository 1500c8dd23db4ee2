import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './places';
import type { PlacedStack, Template } from './placed-stack';

interface Artifact {
  type: string;
  environment?: string;
  displayName?: string;
  properties?: { templateFile?: string; stackName?: string; directoryName?: string; displayName?: string };
}

const contentOf = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The accounts of a synthesized delivery: the pipeline's own stack, and a nested assembly for each environment. */
export function entriesIn(assembly: string): Entry[] {
  const nested = artifactsIn(assembly).filter(([, { type }]) => type === 'cdk:cloud-assembly');
  return [
    { name: 'tooling', stacks: stacksIn(assembly) },
    ...nested.map(([id, { properties }]) => ({
      name: (properties?.displayName ?? id).split('/').pop()!,
      stacks: stacksIn(join(assembly, properties!.directoryName!)),
    })),
  ];
}

const artifactsIn = (folder: string): [string, Artifact][] =>
  Object.entries((contentOf(join(folder, 'manifest.json')) as { artifacts: Record<string, Artifact> }).artifacts);

function stacksIn(folder: string): PlacedStack[] {
  return artifactsIn(folder)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment, properties }]) => {
      const [account, region] = environment!.replace('aws://', '').split('/') as [string, string];
      const template = contentOf(join(folder, properties!.templateFile!)) as Template;
      return { name: properties!.stackName ?? id, account, region, template };
    });
}

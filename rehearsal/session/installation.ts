import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An account and region, by what is there. */
export interface Place {
  name: string;
  account: string;
  region: string;
}
/** Where the synthesized pipeline lives, and where it delivers to. */
export interface Installation {
  tooling: Place;
  stages: Place[];
}

interface Artifact {
  type: string;
  environment?: string;
  properties?: { directoryName?: string; displayName?: string };
}

/** Reads accounts and regions from an assembly: its own stack is the pipeline's, each nested assembly is a stage. */
export function installationOf(assembly: string): Installation {
  const artifacts = artifactsOf(assembly);
  const stages = artifacts
    .filter(({ type }) => type === 'cdk:cloud-assembly')
    .map(({ properties }) => {
      const { directoryName = '', displayName = directoryName } = properties ?? {};
      return placeOf(displayName.split('/').pop()!, artifactsOf(join(assembly, directoryName)));
    });
  return { tooling: placeOf('tooling', artifacts), stages };
}

/** Every account and region, each once: the tooling account first. */
export const placesOf = ({ tooling, stages }: Installation): Place[] =>
  [tooling, ...stages].filter(
    (p, i, all) => all.findIndex((o) => o.account === p.account && o.region === p.region) === i,
  );

const artifactsOf = (folder: string): Artifact[] =>
  Object.values((JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { artifacts: object }).artifacts);

/** Place of the stacks among the artifacts. */
function placeOf(name: string, artifacts: Artifact[]): Place {
  const environment = artifacts.find(({ type }) => type === 'aws:cloudformation:stack')?.environment;
  const [, account, region] = /^aws:\/\/(\d+)\/([\w-]+)$/.exec(environment ?? '') ?? [];
  if (account && region) return { name, account, region };
  throw new Error(
    `the synthesized assembly does not say where '${name}' is: ${environment ?? 'it has no stack there'}`,
  );
}

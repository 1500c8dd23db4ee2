import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from './template';

interface Manifest {
  artifacts?: Record<string, { type: string; properties?: { stackName?: string; templateFile?: string } }>;
}

/**
 * The templates that the assembly in the directory has for these stacks, by the stack's name. Throws where one is missing.
 * Source: the cloud assembly's manifest, aws-cdk-lib/cloud-assembly-schema.
 */
export function synthesizedTemplates(directory: string, stackNames: string[]): Map<string, Template> {
  const all = new Map([...templatesByStage(directory).values()].flatMap((stage) => [...stage]));
  const missing = stackNames.find((name) => !all.has(name));
  if (missing) throw new Error(`The assembly in ${directory} has no stack ${missing}`);
  return new Map([...all].filter(([name]) => stackNames.includes(name)));
}

/** The templates of each stage in the assembly, by the stack's name. Stages are named as their folders: `assembly-{pipeline}-{environment}`. */
export function templatesByStage(directory: string): Map<string, Map<string, Template>> {
  const folders = readdirSync(directory).filter((name) => name.startsWith('assembly-'));
  return new Map(folders.map((folder) => [folder, templatesIn(join(directory, folder))]));
}

/** The templates that an assembly has itself, without those of its stages, by the stack's name. */
export function templatesIn(directory: string): Map<string, Template> {
  const { artifacts = {} } = readJson<Manifest>(join(directory, 'manifest.json'));
  const stacks = Object.values(artifacts).flatMap(({ properties: { stackName, templateFile } = {} }) =>
    stackName && templateFile ? [{ stackName, templateFile }] : [],
  );
  return new Map(stacks.map(({ stackName, templateFile }) => [stackName, readJson(join(directory, templateFile))]));
}

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;

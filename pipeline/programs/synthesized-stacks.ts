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
  const found = new Map<string, Template>();
  for (const folder of readdirSync(directory).filter((name) => name.startsWith('assembly-'))) {
    const { artifacts = {} } = readJson<Manifest>(join(directory, folder, 'manifest.json'));
    for (const { properties } of Object.values(artifacts)) {
      const { stackName = '', templateFile = '' } = properties ?? {};
      if (stackNames.includes(stackName)) found.set(stackName, readJson(join(directory, folder, templateFile)));
    }
  }
  const missing = stackNames.find((name) => !found.has(name));
  if (missing) throw new Error(`The assembly in ${directory} has no stack ${missing}`);
  return found;
}

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a rehearsal has to know of an installation before its pipeline is synthesized: what operators made beforehand. */
export interface Configuration {
  system: string;
  repository: string;
  branch: string;
  connectionArn: string;
  environments: Record<string, { certificateArns?: string[] }>;
}

/** Reads configuration.json; synthesis checks its content. Throws where it is not there or not JSON. */
export function readConfiguration(root: string): Configuration {
  const file = join(root, 'configuration.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Configuration;
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

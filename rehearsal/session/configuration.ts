import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An account and region. */
export interface Place {
  account: string;
  region: string;
}
/** What a rehearsal has to know of an installation before its pipeline is synthesized: accounts, and what operators made beforehand. */
export interface Configuration {
  repository: string;
  branch: string;
  connectionArn: string;
  tooling: Place;
  environments: Record<string, Place & { certificateArn: string }>;
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

/** Every account and region, each once: the tooling account first. */
export function places({ tooling, environments }: Configuration): (Place & { name: string })[] {
  const all = [{ ...tooling, name: 'tooling' }, ...Object.entries(environments).map(([name, e]) => ({ ...e, name }))];
  return all.filter((p, i) => all.findIndex((o) => o.account === p.account && o.region === p.region) === i);
}

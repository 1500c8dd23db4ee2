import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an environment told, and when it was deployed. */
export interface EnvironmentOutputs {
  environment: string;
  changed: Date;
  flat: Record<string, string>;
}

/**
 * Writes cfn-outputs/<environment>.json for each, and cfn-outputs/flat-outputs.json: that of the one that was asked for, and
 * of several the one that was deployed last.
 * @returns the files' paths, from `directory`.
 */
export function writeOutputs(directory: string, all: EnvironmentOutputs[]): string[] {
  const latest = all.reduce((a, b) => (b.changed > a.changed ? b : a));
  const files = [...all.map((o) => [`${o.environment}.json`, o] as const), ['flat-outputs.json', latest] as const];
  mkdirSync(join(directory, 'cfn-outputs'), { recursive: true });
  return files.map(([name, { flat }]) => {
    const file = join('cfn-outputs', name);
    writeFileSync(join(directory, file), `${JSON.stringify(flat, null, 2)}\n`);
    return file;
  });
}

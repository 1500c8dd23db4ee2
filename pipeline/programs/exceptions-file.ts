import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedException } from './exceptions';

/** Exceptions of the environments, by name. */
export type Exceptions = Record<string, ResolvedException[]>;

/** In the assembly, and so in Synth's artifact. */
const file = 'exceptions.json';

/** Writes the environments' exceptions into the assembly. */
export const writeExceptions = (assembly: string, exceptions: Exceptions): void =>
  writeFileSync(join(assembly, file), JSON.stringify(exceptions, undefined, 2) + '\n');

/** Exceptions of an environment's stack. Throws where the assembly does not have the file. */
export function exceptionsOf(assembly: string, environment: string, stackName: string): ResolvedException[] {
  const exceptions = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Exceptions;
  return (exceptions[environment] ?? []).filter(({ stack }) => stack === stackName);
}

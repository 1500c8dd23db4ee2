import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the first file of a run that needs it has made: synthesis takes a second or more, and dozens of files look at the same templates.
 * Two that need it at the same time both make it.
 *
 * @param name of it, the same for the same thing
 * @param make puts it into a new folder
 * @returns the folder; nothing in it may be changed
 */
export function madeOnceARun(name: string, make: (folder: string) => void): string {
  const made = join(process.env.TEST_RUN_FOLDER!, name);
  if (existsSync(made)) return made;
  const mine = `${made}.${process.pid}`;
  mkdirSync(mine);
  try {
    make(mine);
    renameSync(mine, made);
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  }
  return made;
}

/** The same for what can be told as JSON. */
export function toldOnceARun<T>(name: string, tell: () => T): T {
  const file = 'told.json';
  const folder = madeOnceARun(name, (into) => writeFileSync(join(into, file), JSON.stringify(tell())));
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

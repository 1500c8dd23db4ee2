// PostgreSQL refuses to run as root. Where the cloud does, its databases run as "nobody".
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import type { Cloud } from '../../../state';

export interface Account {
  uid: number;
  gid: number;
}

let nobody: Account | undefined;
const isRoot = () => process.getuid?.() === 0;

/** Whom databases run as; undefined: who runs the cloud. Throws where root has nobody to run them as. */
export function databaseAccount(): Account | undefined {
  if (!isRoot()) return undefined;
  try {
    nobody ??= { uid: idOf('-u'), gid: idOf('-g') };
  } catch (error: any) {
    throw new Error(`PostgreSQL does not run as root, and there is no user 'nobody' to run it: ${error.message}`, {
      cause: error,
    });
  }
  return nobody;
}

const idOf = (kind: string) => Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }));

/** A new folder that belongs to the account. Where root runs the cloud, others may pass through it, and through the cloud's own, to what they know by name. */
export function databaseFolder(cloud: Cloud, path: string, account?: Account): void {
  mkdirSync(path, { recursive: true });
  if (!isRoot()) return;
  for (const folder of [cloud.directory, path]) chmodSync(folder, 0o711);
  if (account) chownSync(path, account.uid, account.gid);
}

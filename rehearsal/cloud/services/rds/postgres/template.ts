// An empty database cluster, made once for each cloud and copied for each server: initdb takes half a second, a copy nothing.
import { randomBytes } from 'node:crypto';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../../../runtime/processes';
import type { Cloud } from '../../../state';
import { databaseAccount, databaseFolder, type Account } from './account';
import { binaries } from './binaries';

export interface Template {
  bin: string;
  account?: Account;
  /** Password of rdsadmin, the superuser that RDS keeps to itself. */
  password: string;
  /** Copies the empty cluster into a new folder, below one that belongs to the account. */
  copyTo(directory: string): Promise<void>;
}

/** RDS's own superuser; those who pay have rds_superuser at most. */
export const superuser = 'rdsadmin';

const templates = new WeakMap<Cloud, Promise<Template>>();

/** The cloud's template. */
export function template(cloud: Cloud): Promise<Template> {
  const found = templates.get(cloud) ?? makeTemplate(cloud);
  templates.set(cloud, found);
  return found;
}

async function makeTemplate(cloud: Cloud): Promise<Template> {
  const account = databaseAccount();
  const bin = binaries(cloud, account);
  const folder = join(cloud.directory, 'rds', 'template');
  databaseFolder(cloud, join(cloud.directory, 'rds'));
  databaseFolder(cloud, folder, account);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const data = join(folder, 'data');
  const args = [
    ...['-D', data, '--username', superuser, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
    // Small write-ahead logs, which are quick to copy. What is lost with the computer is not missed.
    ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--locale', 'C.UTF-8', '--wal-segsize', '1', '--no-sync'],
  ];
  const run = async (command: string, args: string[]) => {
    const said: string[] = [];
    const env = { TZ: 'UTC' };
    const running = start({ cloud, command, args, cwd: folder, env, user: account, onLine: (line) => said.push(line) });
    const { code } = await running.ended;
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.slice(-5).join(' ')}`);
  };
  await run(join(bin, 'initdb'), args);
  rmSync(passwordFile, { force: true });
  // A program copies: a thousand small files would hold up everything else in this process.
  return { bin, account, password, copyTo: (directory) => run('cp', ['-R', data, directory]) };
}

// A PostgreSQL server on loopback: a writer, or a hot standby of one.
import { chmodSync, chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { certificateAuthority } from '../../../runtime/certificate-authority';
import { freePort } from '../../../runtime/ports';
import { start, type Running } from '../../../runtime/processes';
import type { Cloud } from '../../../state';
import { superuser, template, type Template } from './template';

export interface ServerOptions {
  cloud: Cloud;
  /** Folder of its data: made of the template where it is not there yet. */
  directory: string;
  /** Names that its certificate is for. */
  names: string[];
  /** Refuses connections without TLS. */
  forceTls: boolean;
  /** Further settings of postgresql.conf. */
  settings?: Record<string, string>;
  /** Loopback port of the writer that it follows. @default it is a writer itself */
  follows?: number;
  /** A line of the server's log. */
  onLog(line: string): void;
}

export interface DatabaseServer {
  port: number;
  /** Runs statements as RDS's own superuser, in one connection; the last one's rows. */
  query(statements: string[], database?: string): Promise<Record<string, any>[]>;
  stop(): Promise<void>;
}

/** Milliseconds within which a server is ready, on a busy computer too. */
const patience = 30_000;

/** Starts a server. Rejects, with the end of its log, where it does not become ready. */
export async function startServer(options: ServerOptions): Promise<DatabaseServer> {
  const { cloud, directory, names, follows, onLog } = options;
  const made = await template(cloud);
  if (!existsSync(directory)) await made.copyTo(directory);
  const authority = await certificateAuthority(cloud);
  const { key, certificate } = await authority.issue(names);
  const port = await freePort();
  const files = {
    'server.key': key,
    'server.crt': certificate,
    'pg_hba.conf': accessRules(options.forceTls),
    'postgresql.conf': configuration(made, port, options),
    'standby.signal': follows === undefined ? undefined : '',
  };
  for (const [name, content] of Object.entries(files)) place(join(directory, name), content, made);

  const log: string[] = [];
  let running: Running | undefined;
  await new Promise<void>((ready, fail) => {
    const why = (what: string) => new Error(`PostgreSQL ${what}: ${log.slice(-5).join(' ')}`);
    running = start({
      cloud,
      command: join(made.bin, 'postgres'),
      args: ['-D', directory],
      cwd: directory,
      env: { TZ: 'UTC' },
      user: made.account,
      endSignal: 'SIGQUIT',
      onLine(line) {
        log.push(line);
        log.splice(0, log.length - 20);
        onLog(line);
        if (/database system is ready to accept (read-only )?connections/.test(line)) {
          clearTimeout(late);
          ready();
        }
      },
      onExit: (code) => fail(why(`ended with ${code}`)),
    });
    const late = setTimeout(() => fail(why('is not ready in time')), patience);
    void running.ended.then(() => clearTimeout(late));
  }).catch(async (error) => {
    await running?.stop();
    throw error;
  });
  return {
    port,
    stop: () => running!.stop(),
    async query(statements, database = 'postgres') {
      const client = new Client({
        ...{ host: '127.0.0.1', port, database, user: superuser, password: made.password },
        ssl: { ca: authority.certificate, servername: names[0] },
      });
      await client.connect();
      try {
        let rows: Record<string, any>[] = [];
        for (const statement of statements) ({ rows } = await client.query(statement));
        return rows;
      } finally {
        await client.end();
      }
    },
  };
}

function place(path: string, content: string | undefined, { account }: Template): void {
  rmSync(path, { force: true });
  if (content === undefined) return;
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
  if (account) chownSync(path, account.uid, account.gid);
}

/** pg_hba.conf: passwords, never sent in clear; where TLS is forced, there is no rule for connections without it. */
function accessRules(forceTls: boolean): string {
  const kind = forceTls ? 'hostssl' : 'host';
  const rules = [
    `hostssl all ${superuser} 127.0.0.1/32 scram-sha-256`,
    `hostssl replication ${superuser} 127.0.0.1/32 scram-sha-256`,
    `${kind} all all 127.0.0.1/32 scram-sha-256`,
  ];
  return `${rules.join('\n')}\n`;
}

const quoted = (value: string | number) => `'${String(value).replaceAll("'", "''")}'`;

/** postgresql.conf: small, without the caution that only a computer's failure would reward. */
function configuration({ password }: Template, port: number, { follows, settings = {} }: ServerOptions): string {
  const writer = `host=127.0.0.1 port=${follows} user=${superuser} password=${password} sslmode=require`;
  const all: Record<string, string | number> = {
    log_timezone: 'UTC',
    timezone: 'UTC',
    // As RDS has it.
    log_line_prefix: '%t:%r:%u@%d:[%p]:',
    ...settings,
    ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', port },
    ...{ ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', ssl_min_protocol_version: 'TLSv1.2' },
    ...{ password_encryption: 'scram-sha-256', max_connections: 300, shared_buffers: '16MB' },
    // In files of the folder, not in the system's shared memory.
    dynamic_shared_memory_type: 'mmap',
    ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', io_method: 'sync', autovacuum: 'off' },
    // A standby begins at the template: all that the writer has written since then is kept.
    ...{ wal_level: 'replica', max_wal_senders: 20, wal_keep_size: '512MB', max_logical_replication_workers: 0 },
    ...{ min_wal_size: '2MB', max_wal_size: '64MB', hot_standby: 'on' },
    ...(follows === undefined ? {} : { primary_conninfo: writer }),
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} = ${quoted(value)}\n`)
    .join('');
}

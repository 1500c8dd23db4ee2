import type { TLSSocket } from 'node:tls';
import type { Client, Pool, PoolClient, PoolConfig } from 'pg';
import { Refusal } from './http';
import type { Runtime } from './runtime';
import type { Credentials } from './settings';

export interface DatabaseProps {
  /** Name of the writer's host; its certificate has to be for it. */
  host: string;
  port: number;
  database: string;
  credentials: Credentials;
  /** Named in the database's list of connections. */
  application: string;
  /** Statement that makes what is not there yet. */
  schema: string;
}

/** Times that the database may refuse the credentials, one after the other, before the task is given up. */
const mostRefusals = 5;
/** Between the first attempts to connect, ms; doubles with each, to `longestPause` at most. */
const firstPause = 500;
const longestPause = 10_000;
/** Any number that nothing else takes in this database. */
const schemaLock = 7_203_441;

/**
 * A few connections to PostgreSQL, encrypted, to a server whose certificate is verified. The service is up before they
 * are: until then, and whenever the database is away, what needs it is refused with 503, and attempts go on.
 */
export class Database {
  private pool?: Pool;
  private connecting = false;

  constructor(
    private readonly props: DatabaseProps,
    private readonly runtime: Runtime,
  ) {
    runtime.onStart(() => void this.connect());
    runtime.onEnd(() => this.pool?.end() ?? Promise.resolve());
  }

  /** Rows of one statement. Refuses with 503 while the database is away; whether a statement that was under way was done is unknown then. */
  async query<R extends object>(text: string, values: unknown[]): Promise<R[]> {
    if (!this.pool) throw away();
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      if (isRefused(error)) void this.connect();
      throw this.told(error);
    }
    let broken: Error | undefined;
    try {
      return (await client.query<R>(text, values)).rows;
    } catch (error) {
      if (isMistake(error)) throw error;
      // Also where the connection itself is well: after a failover it may lead to what is now a reader.
      broken = error as Error;
      throw this.told(error);
    } finally {
      client.release(broken);
    }
  }

  private told(error: unknown): Refusal {
    this.runtime.log('warn', 'the database did not answer', reasonOf(error));
    return away();
  }

  /** Tries until it is connected, and gives the task up where its credentials are refused: only a new task gets new ones. */
  private async connect(): Promise<void> {
    if (this.connecting) return;
    this.connecting = true;
    let refusals = 0;
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        await this.prepare();
        this.connecting = false;
        return;
      } catch (error) {
        refusals = isRefused(error) ? refusals + 1 : 0;
        this.runtime.log('warn', 'database not connected', { ...reasonOf(error), pauseMilliseconds: pause });
      }
      if (refusals === mostRefusals) {
        const message = `the database refuses this task's credentials: it ends, so that a new task gets the secret's present value`;
        this.runtime.log('error', message, { refusals });
        return this.runtime.fail();
      }
      // Tasks that start together do not all come back together.
      await new Promise((wake) => setTimeout(wake, pause * (0.5 + Math.random() / 2)).unref());
    }
  }

  /** Connects once, makes the schema, and opens the pool if it is not yet. */
  private async prepare(): Promise<void> {
    // Loaded only where it is used, and when the service listens already: it would double the time that a start takes.
    const pg: typeof import('pg') = require('pg');
    const { secureContext }: typeof import('./database-trust') = require('./database-trust');
    const { host, port, database, credentials, application, schema } = this.props;
    const config: PoolConfig = {
      host,
      port,
      database,
      user: credentials.username,
      password: credentials.password,
      application_name: application,
      // Verified by Node's defaults: the chain by what the context trusts, the name by the host's.
      ssl: { secureContext: secureContext(), rejectUnauthorized: true },
      connectionTimeoutMillis: 3000,
      statement_timeout: 2000,
      query_timeout: 3000,
      idle_in_transaction_session_timeout: 5000,
      keepAlive: true,
    };
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      // Several tasks start at once, and `create … if not exists` fails where two of them meet.
      await client.query(`begin; select pg_advisory_xact_lock(${schemaLock}); ${schema}; commit`);
      this.runtime.log('info', 'database connected', { tls: tlsOf(client), host, database });
    } finally {
      await client.end().catch(() => undefined);
    }
    if (this.pool) return;
    // Three services of 20 tasks each, blue and green, stay at 300 connections. They are kept: those that are open outlive a change of
    // the password, so that not all tasks end at once after it.
    this.pool = new pg.Pool({ ...config, max: 5, idleTimeoutMillis: 0 });
    this.pool.on('error', (error) => this.runtime.log('warn', 'a connection to the database ended', reasonOf(error)));
  }
}

const away = () =>
  new Refusal(503, 'database_unavailable', 'the database does not answer: try again, with the same idempotency-key', {
    'retry-after': '5',
  });

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? '');

/** Classes of SQLSTATE that are mistakes of the service or its data: invalid data, broken constraints, wrong statements. */
const isMistake = (error: unknown) => /^(22|23|42)\w{3}$/.test(codeOf(error));

/** invalid_password, invalid_authorization_specification. */
const isRefused = (error: unknown) => ['28P01', '28000'].includes(codeOf(error));

function reasonOf(error: unknown) {
  const { message } = error as Error;
  return { reason: message || codeOf(error), code: codeOf(error) || undefined };
}

/** pg does not say it; its connection holds the socket. */
const tlsOf = (client: Client) =>
  (client as unknown as { connection: { stream: TLSSocket } }).connection.stream.getProtocol();

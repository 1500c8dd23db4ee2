import { Database } from './database';
import { MemoryRecords, type Kept, type Records } from './records';
import type { Runtime } from './runtime';

/** Records of that name: in PostgreSQL where DB_SECRET is set, else in memory. */
export function recordsOf<T>(runtime: Runtime, table: string): Records<T> {
  const { settings } = runtime;
  if (!settings.has('DB_SECRET')) return new MemoryRecords<T>();
  const database = new Database(
    {
      host: settings.text('DB_ENDPOINT'),
      port: settings.integer('DB_PORT', 1, 65535, 5432),
      database: settings.has('DB_NAME') ? settings.text('DB_NAME') : 'payments',
      credentials: settings.credentials('DB_SECRET'),
      application: settings.text('SERVICE_NAME'),
      // What a held green runs too, beside the tasks that serve: so it only ever adds.
      schema: `create table if not exists ${table} (
        id text primary key,
        idempotency_key text unique,
        request text not null,
        content json not null,
        created_at timestamptz not null default now()
      )`,
    },
    runtime,
  );
  return new DatabaseRecords<T>(database, table);
}

/** Records in one table. A key's uniqueness is the database's, so it holds over all tasks. */
export class DatabaseRecords<T> implements Records<T> {
  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly table: string,
  ) {}

  async find(id: string): Promise<T | undefined> {
    return (await this.select('id', id))?.content;
  }

  findByKey(key: string): Promise<Kept<T> | undefined> {
    return this.select('idempotency_key', key);
  }

  async add(record: Kept<T>, key?: string): Promise<Kept<T>> {
    const added = await this.database.query(
      `insert into ${this.table} (id, idempotency_key, request, content) values ($1, $2, $3, $4)
       on conflict (idempotency_key) do nothing returning id`,
      [record.id, key ?? null, record.request, JSON.stringify(record.content)],
    );
    return added.length || key === undefined ? record : (await this.findByKey(key))!;
  }

  private async select(column: 'id' | 'idempotency_key', value: string): Promise<Kept<T> | undefined> {
    const [found] = await this.database.query<Kept<T>>(
      `select id, request, content from ${this.table} where ${column} = $1`,
      [value],
    );
    return found;
  }
}

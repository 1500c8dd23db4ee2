import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../services/shared/database';
import { Runtime } from '../../services/shared/runtime';
import { Settings } from '../../services/shared/settings';

interface Config {
  host: string;
  user: string;
  password: string;
  ssl: { rejectUnauthorized: boolean; secureContext: unknown };
}
/** What the database does next: connections and statements fail with it while there is one. */
const server = { connect: [] as unknown[], query: [] as unknown[], configs: [] as Config[], released: [] as unknown[] };

jest.mock('pg', () => {
  const next = (failures: unknown[]) => {
    const failure = failures.shift();
    return failure ? Promise.reject(failure as Error) : Promise.resolve();
  };
  class Client {
    connection = { stream: { getProtocol: () => 'TLSv1.3' } };
    constructor(config: Config) {
      server.configs.push(config);
    }
    on() {}
    connect = () => next(server.connect);
    query = async (text: string) => {
      await next(server.query);
      return { rows: [{ text }] };
    };
    release = (error: unknown) => void server.released.push(error);
    end = () => Promise.resolve();
  }
  class Pool {
    constructor(private readonly config: Config) {}
    on() {}
    async connect() {
      const client = new Client(this.config);
      await client.connect();
      return client;
    }
    end = () => Promise.resolve();
  }
  return { Client, Pool };
});

/** Pauses between attempts take a hundredth of their time. */
const hurried = () => jest.spyOn(Math, 'random').mockReturnValue(-0.98);
const failure = (code: string) => Object.assign(new Error(`failed with ${code}`), { code });
const lines: { level: string; message: string }[] = [];
let failed = 0;

function database(): Database {
  const runtime = new Runtime(new Settings({}), (level, message, fields) => lines.push({ level, message, ...fields }));
  runtime.fail = () => failed++;
  const made = new Database(
    {
      host: 'writer.example.internal',
      port: 5432,
      database: 'payments',
      credentials: { username: 'u', password: 'never logged' },
      application: 'tests',
      schema: 'create table if not exists payments ()',
    },
    runtime,
  );
  runtime.started();
  return made;
}

async function logged(message: string) {
  for (const end = Date.now() + 4000; Date.now() < end; await sleep(5)) {
    const found = lines.find((line) => line.message === message);
    if (found) return found;
  }
  throw new Error(`no line '${message}' in ${JSON.stringify(lines)}`);
}

beforeEach(() => {
  for (const list of [server.connect, server.query, server.configs, server.released, lines]) list.length = 0;
  failed = 0;
});
afterEach(() => expect(JSON.stringify(lines)).not.toContain('never logged'));

test('connects over verified TLS, and says so', async () => {
  const { ssl, host, password } = (await connected(), server.configs[0]!);
  expect([host, password, ssl.rejectUnauthorized]).toEqual(['writer.example.internal', 'never logged', true]);
  expect(ssl.secureContext).toBeDefined();
  expect(lines).toEqual([{ level: 'info', message: 'database connected', tls: 'TLSv1.3', host, database: 'payments' }]);
});

async function connected(): Promise<Database> {
  const made = database();
  await logged('database connected');
  // The pool is opened right after.
  await sleep(5);
  return made;
}

test('refuses with 503 and a time to wait until it is connected', async () => {
  server.connect.push(failure('ECONNREFUSED'));
  const made = database();
  await expect(made.query('select 1', [])).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(await logged('database not connected')).toMatchObject({ level: 'warn', code: 'ECONNREFUSED' });
  await logged('database connected');
  await sleep(5);
  expect(await made.query('select 1', [])).toEqual([{ text: 'select 1' }]);
});

test.each(['57P01', '25006', '57014', 'ECONNRESET', '53300'])(
  'a statement that fails with %s is refused with 503, and its connection is given up',
  async (code) => {
    const made = await connected();
    server.query.push(failure(code));
    await expect(made.query('select 1', [])).rejects.toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(server.released).toEqual([expect.objectContaining({ code })]);
    expect(await made.query('select 2', [])).toEqual([{ text: 'select 2' }]);
  },
);

test('a mistake in a statement is no outage', async () => {
  const made = await connected();
  server.query.push(failure('42P01'));
  await expect(made.query('select 1', [])).rejects.toMatchObject({ code: '42P01' });
  expect(server.released).toEqual([undefined]);
});

test('credentials that are refused five times end the task, also when they were good before', async () => {
  const made = await connected();
  server.connect.push(...Array.from({ length: 6 }, () => failure('28P01')));
  hurried();
  try {
    await expect(made.query('select 1', [])).rejects.toMatchObject({ status: 503 });
    const line = await logged(
      "the database refuses this task's credentials: it ends, so that a new task gets the secret's present value",
    );
    expect(line).toMatchObject({ level: 'error', refusals: 5 });
    expect([failed, lines.filter((l) => l.message === 'database not connected').length]).toEqual([1, 5]);
  } finally {
    jest.restoreAllMocks();
  }
});

test('other failures between two refusals start the count anew', async () => {
  hurried();
  try {
    const refused = () => failure('28P01');
    server.connect.push(refused(), refused(), refused(), refused(), failure('ECONNREFUSED'), refused(), refused());
    database();
    await logged('database connected');
    expect(failed).toBe(0);
  } finally {
    jest.restoreAllMocks();
  }
});

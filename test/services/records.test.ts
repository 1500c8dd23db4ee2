import { DatabaseRecords } from '../../services/shared/database-records';
import { MemoryRecords, once, type Records } from '../../services/shared/records';

/** Does what PostgreSQL does with the three statements that are used. */
class FakeTable {
  readonly rows: { id: string; idempotency_key: string | null; request: string; content: unknown }[] = [];

  query<R>(text: string, values: unknown[]): Promise<R[]> {
    const [id, key, request, content] = values as string[];
    if (text.startsWith('insert into payments')) {
      if (this.rows.some((row) => key !== null && row.idempotency_key === key)) return Promise.resolve([]);
      this.rows.push({ id: id!, idempotency_key: key!, request: request!, content: JSON.parse(content!) });
      return Promise.resolve([{ id }] as R[]);
    }
    const column = /from payments where (id|idempotency_key) = \$1/.exec(text)![1] as 'id' | 'idempotency_key';
    return Promise.resolve(this.rows.filter((row) => row[column] === values[0]) as R[]);
  }
}

const kinds: [string, () => Records<{ n: number }>][] = [
  ['memory', () => new MemoryRecords()],
  ['a database', () => new DatabaseRecords(new FakeTable(), 'payments')],
];

describe.each(kinds)('records in %s', (_, make) => {
  test('are found by their id and by their key', async () => {
    const records = make();
    const record = { id: 'a', request: '{}', content: { n: 1 } };
    expect(await records.add(record, 'key')).toEqual(record);
    expect(await records.find('a')).toEqual({ n: 1 });
    expect(await records.findByKey('key')).toMatchObject(record);
    expect([await records.find('key'), await records.findByKey('a')]).toEqual([undefined, undefined]);
  });

  test('keep the first with a key, and any number without', async () => {
    const records = make();
    await records.add({ id: 'a', request: '{}', content: { n: 1 } }, 'key');
    expect(await records.add({ id: 'b', request: '{}', content: { n: 2 } }, 'key')).toMatchObject({ id: 'a' });
    expect(await records.find('b')).toBeUndefined();
    await records.add({ id: 'c', request: '{}', content: { n: 3 } });
    await records.add({ id: 'd', request: '{}', content: { n: 4 } });
    expect([await records.find('c'), await records.find('d')]).toEqual([{ n: 3 }, { n: 4 }]);
  });

  test('once: requests with one key that come together make one, and agree', async () => {
    const records = make();
    let made = 0;
    const results = await Promise.all(
      [1, 2, 3].map(() => once(records, { amount: 1 }, 'key', () => Promise.resolve({ n: ++made }))),
    );
    expect(new Set(results.map((r) => r.content.n)).size).toBe(1);
    expect(results.filter((r) => !r.repeated)).toHaveLength(1);
    const again = await once(records, { amount: 1 }, 'key', () => Promise.reject(new Error('made again')));
    expect(again).toEqual({ content: results[0]!.content, repeated: true });
    await expect(
      once(records, { amount: 2 }, 'key', () => Promise.reject(new Error('made again'))),
    ).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });
});

test('memory keeps the newest only', async () => {
  const records = new MemoryRecords<number>(2);
  for (const id of ['a', 'b', 'c']) await records.add({ id, request: '', content: 1 }, `key ${id}`);
  expect([await records.find('a'), await records.find('b'), await records.find('c')]).toEqual([undefined, 1, 1]);
  expect([await records.findByKey('key a'), (await records.findByKey('key b'))?.id]).toEqual([undefined, 'b']);
});

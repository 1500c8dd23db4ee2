import { randomUUID } from 'node:crypto';
import { Refusal } from './http';

/** Something that was made once and never changes. */
export interface Kept<T> {
  id: string;
  /** What was asked for, to be compared where a key is used again. */
  request: string;
  content: T;
}

export interface Records<T> {
  find(id: string): Promise<T | undefined>;
  findByKey(key: string): Promise<Kept<T> | undefined>;
  /** Keeps it, or keeps nothing where there is something with that key already. Gives what is kept. */
  add(record: Kept<T>, key?: string): Promise<Kept<T>>;
}

/**
 * Makes something, or gives what was made with the same key before: where several requests with one key come at once, all
 * get what was kept first. Refuses a key that was used for another request.
 */
export async function once<T>(
  records: Records<T>,
  request: unknown,
  key: string | undefined,
  make: (id: string) => Promise<T>,
): Promise<{ content: T; repeated: boolean }> {
  const asked = JSON.stringify(request);
  const known = key === undefined ? undefined : await records.findByKey(key);
  const id = randomUUID();
  const kept = known ?? (await records.add({ id, request: asked, content: await make(id) }, key));
  if (kept.request !== asked)
    throw new Refusal(422, 'idempotency_key_reused', 'this idempotency-key was used for another request');
  return { content: kept.content, repeated: kept.id !== id };
}

/** Records of this process: the newest `capacity`, and as many keys. */
export class MemoryRecords<T> implements Records<T> {
  private readonly records = new Map<string, Kept<T>>();
  private readonly keys = new Map<string, Kept<T>>();

  constructor(private readonly capacity = 10_000) {}

  find(id: string): Promise<T | undefined> {
    return Promise.resolve(this.records.get(id)?.content);
  }

  findByKey(key: string): Promise<Kept<T> | undefined> {
    return Promise.resolve(this.keys.get(key));
  }

  add(record: Kept<T>, key?: string): Promise<Kept<T>> {
    const known = key === undefined ? undefined : this.keys.get(key);
    if (known) return Promise.resolve(known);
    this.keep(this.records, record.id, record);
    if (key !== undefined) this.keep(this.keys, key, record);
    return Promise.resolve(record);
  }

  /** Maps iterate in the order of insertion, so the first key is the oldest. */
  private keep(map: Map<string, Kept<T>>, key: string, record: Kept<T>) {
    map.set(key, record);
    if (map.size > this.capacity) map.delete(map.keys().next().value!);
  }
}

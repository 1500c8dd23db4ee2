import { fieldsOf } from './fields';
import { Refusal, type Answer, type Handler } from './http';

export interface ResourceProps<T> {
  /** Without a slash at its end. */
  path: string;
  /** What one is called, as in 'payment'. */
  name: string;
  /** Status of a POST that went well. */
  status: 201 | 202;
  create: (fields: Record<string, unknown>, key: string | undefined) => Promise<{ content: T; repeated: boolean }>;
  find: (id: string) => Promise<T | undefined>;
}

/** POST {path}/ makes one, GET {path}/{id} shows it. Fields that are not asked for (card data!) are neither kept nor answered. */
export function resource<T>(props: ResourceProps<T>): Handler {
  const { path, name } = props;
  return ({ method, path: asked, headers, body }) => {
    const rest = asked === path ? '' : asked.startsWith(`${path}/`) ? asked.slice(path.length + 1) : undefined;
    if (rest === '' && method === 'POST') return create(props, headers['idempotency-key'], body);
    if (rest && method === 'GET') return show(props, rest);
    if (rest === undefined) return undefined;
    throw new Refusal(405, 'method_not_allowed', `POST ${path}/ makes a ${name}, GET ${path}/{id} shows it`);
  };
}

async function create<T>({ status, create }: ResourceProps<T>, key: unknown, body: unknown): Promise<Answer> {
  if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > 255)) {
    throw new Refusal(400, 'invalid_idempotency_key', 'idempotency-key has 1 to 255 characters');
  }
  const { content, repeated } = await create(fieldsOf(body), key);
  return { status, body: content, headers: repeated ? { 'idempotent-replayed': 'true' } : undefined };
}

async function show<T>({ name, find }: ResourceProps<T>, id: string): Promise<Answer> {
  const found = await find(id);
  if (!found) throw new Refusal(404, `${name}_not_found`, `there is no ${name} '${id}'`);
  return { status: 200, body: found };
}

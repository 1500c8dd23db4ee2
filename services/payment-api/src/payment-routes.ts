import { amountOf, currencyOf, fieldsOf, optionalText } from '../../shared/fields';
import { Refusal, type Handler } from '../../shared/http';
import type { Payments } from './payments';

/** POST {path}/ makes a payment, GET {path}/{id} shows it. Fields that are not asked for (card data!) are neither kept nor answered. */
export function paymentRoutes(path: string, payments: Payments): Handler {
  return ({ method, path: asked, headers, body }) => {
    const rest = asked === path ? '' : asked.startsWith(`${path}/`) ? asked.slice(path.length + 1) : undefined;
    if (rest === '' && method === 'POST') return create(payments, headers['idempotency-key'], body);
    if (rest && method === 'GET') return { status: 200, body: payments.find(rest) ?? notFound(rest) };
    if (rest === undefined) return undefined;
    throw new Refusal(405, 'method_not_allowed', `POST ${path}/ makes a payment, GET ${path}/{id} shows it`);
  };
}

async function create(payments: Payments, key: string | string[] | undefined, body: unknown) {
  if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > 255)) {
    throw new Refusal(400, 'invalid_idempotency_key', 'idempotency-key has 1 to 255 characters');
  }
  const fields = fieldsOf(body);
  const order = {
    amount: amountOf(fields),
    currency: currencyOf(fields),
    reference: optionalText(fields, 'reference'),
    payer: optionalText(fields, 'payer'),
  };
  const { payment, repeated } = await payments.create(order, key);
  return { status: 201, body: payment, headers: repeated ? { 'idempotent-replayed': 'true' } : undefined };
}

function notFound(id: string): never {
  throw new Refusal(404, 'payment_not_found', `there is no payment '${id}'`);
}

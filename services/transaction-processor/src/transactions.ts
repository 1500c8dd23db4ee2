import type { Assessment, AssessmentRequest, Decision } from '../../shared/assessment';
import { amountOf, currencyOf, oneOf, optionalText, text } from '../../shared/fields';
import { Refusal, type Handler } from '../../shared/http';
import { once, type Records } from '../../shared/records';
import { resource } from '../../shared/resource';

interface Authorization {
  id: string;
  kind: 'authorization';
  /** In the currency's minor unit. */
  amount: number;
  currency: string;
  reference?: string;
  payer?: string;
  status: 'authorized' | 'review' | 'declined';
  reasons: string[];
  createdAt: string;
}
interface Capture {
  id: string;
  kind: 'capture';
  /** Id of the authorization that it takes its amount from. */
  authorization: string;
  amount: number;
  currency: string;
  status: 'captured';
  createdAt: string;
}
export type Transaction = Authorization | Capture;

export const transactionsPath = '/api/transactions';
const statusOf: Record<Decision, Authorization['status']> = {
  approve: 'authorized',
  review: 'review',
  decline: 'declined',
};

/** POST /api/transactions/ authorizes an amount, or captures what was authorized; GET /api/transactions/{id} shows either. */
export function transactions(
  records: Records<Transaction>,
  assess: (request: AssessmentRequest) => Promise<Assessment>,
): Handler {
  return resource<Transaction>({
    path: transactionsPath,
    name: 'transaction',
    status: 201,
    find: (id) => records.find(id),
    create: (fields, key) =>
      oneOf(fields, 'kind', ['authorization', 'capture']) === 'capture'
        ? capture(records, fields)
        : authorize(records, assess, fields, key),
  });
}

function authorize(
  records: Records<Transaction>,
  assess: (request: AssessmentRequest) => Promise<Assessment>,
  fields: Record<string, unknown>,
  key: string | undefined,
) {
  const order = {
    kind: 'authorization' as const,
    amount: amountOf(fields),
    currency: currencyOf(fields),
    reference: optionalText(fields, 'reference'),
    payer: optionalText(fields, 'payer'),
  };
  // A caller's key never meets a capture's.
  return once(records, order, key && `caller ${key}`, async (id) => {
    const { decision, reasons } = await assess({ paymentId: id, ...order });
    return { id, ...order, status: statusOf[decision], reasons, createdAt: new Date().toISOString() };
  });
}

/** An authorization is captured once, whole or in part: its id is the capture's key, so that two tasks cannot both do it. */
async function capture(records: Records<Transaction>, fields: Record<string, unknown>) {
  const wanted = {
    kind: 'capture' as const,
    authorization: text(fields, 'authorization'),
    amount: amountOf(fields),
    currency: currencyOf(fields),
  };
  const found = await records.find(wanted.authorization);
  if (found?.kind !== 'authorization')
    throw new Refusal(422, 'authorization_not_found', `there is no authorization '${wanted.authorization}'`);
  if (found.status !== 'authorized')
    throw new Refusal(422, 'not_authorized', `the authorization's status is ${found.status}`);
  if (wanted.currency !== found.currency || wanted.amount > found.amount)
    throw new Refusal(422, 'more_than_authorized', `${found.amount} ${found.currency} are authorized, and no more`);
  return once(records, wanted, `capture of ${wanted.authorization}`, (id) =>
    Promise.resolve({ id, ...wanted, status: 'captured' as const, createdAt: new Date().toISOString() }),
  );
}

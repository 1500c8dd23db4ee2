import type { Assessment, AssessmentRequest, Decision } from './assessment';
import { amountOf, currencyOf, optionalText } from './fields';
import type { Handler } from './http';
import { once, type Records } from './records';
import { resource } from './resource';

export interface Payment {
  id: string;
  /** In the currency's minor unit. */
  amount: number;
  currency: string;
  /** The payer's own text for the payment. */
  reference?: string;
  payer?: string;
  decision: Decision;
  reasons: string[];
  createdAt: string;
}

export interface PaymentsProps {
  records: Records<Payment>;
  assess: (request: AssessmentRequest) => Promise<Assessment> | Assessment;
  /** Called once for each payment, when it is kept. */
  made?: (payment: Payment) => void;
}

export const paymentsPath = '/api/payments';

/** POST /api/payments/ makes a payment, GET /api/payments/{id} shows it. */
export function payments({ records, assess, made }: PaymentsProps): Handler {
  return resource<Payment>({
    path: paymentsPath,
    name: 'payment',
    status: 201,
    find: (id) => records.find(id),
    async create(fields, key) {
      const order = {
        amount: amountOf(fields),
        currency: currencyOf(fields),
        reference: optionalText(fields, 'reference'),
        payer: optionalText(fields, 'payer'),
      };
      const result = await once(records, order, key, async (id) => {
        const { decision, reasons } = await assess({ paymentId: id, ...order });
        return { id, ...order, decision, reasons, createdAt: new Date().toISOString() };
      });
      if (!result.repeated) made?.(result.content);
      return result;
    },
  });
}
